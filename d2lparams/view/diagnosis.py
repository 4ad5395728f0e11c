"""From symptom to cause: a chart of six questions, whose path goes on with every yes and turns to a cause at a no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .arguments import as_title
from .marks import arrow
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["QUESTIONS", "diagnosis"]


class Question(NamedTuple):
    """What is asked, what is in the box of the chart, and where a no leads: in few words, and in a sentence."""

    name: str
    ask: Text
    box: Text
    cause: Text
    why: Text


QUESTIONS = (
    Question(
        "loss",
        both("first loss near ln C", "첫 손실이 ln C 근처"),
        both("first loss ≈ ln C", "첫 손실 ≈ ln C"),
        both("large weights", "너무 큰 가중치"),
        both(
            "A higher first loss is that of a network that is sure before it has learned. Make the weights smaller, "
            "those of the last layer first, and look at the scale of the inputs.",
            "첫 손실이 더 크다면 배우기도 전에 답을 확신하는 것입니다. 마지막 층부터 가중치를 줄이고, 입력의 크기도 "
            "확인하세요.",
        ),
    ),
    Question(
        "alive",
        both("few dead units", "죽은 유닛이 적음"),
        both("few dead units", "죽은 유닛이 적다"),
        both("dead ReLUs", "죽은 ReLU"),
        both(
            "Units that are 0 for every example get no gradient and cannot come back by themselves. Start the biases "
            "at 0; if the units died in training, take smaller steps.",
            "모든 예제에서 0인 유닛은 그래디언트를 받지 못해 스스로 되살아나지 못합니다. 편향을 0에서 시작하고, "
            "학습하다가 죽었다면 스텝을 줄이세요.",
        ),
    ),
    Question(
        "size",
        both("signals keep their size", "신호의 크기가 유지됨"),
        both("signals keep size", "신호 크기가 유지"),
        both("wrong variance", "맞지 않는 분산"),
        both(
            "If outputs or gradients grow or die out from layer to layer, the variance of the weights does not suit "
            "the fan-in and the activation: He for ReLU, Xavier for tanh. The layer at which it begins is the one to "
            "look at.",
            "출력이나 그래디언트가 층마다 커지거나 사라진다면 가중치의 분산이 팬인과 활성화 함수에 맞지 않는 "
            "것입니다. ReLU에는 He, tanh에는 Xavier를 쓰고, 변화가 시작되는 층부터 살펴보세요.",
        ),
    ),
    Question(
        "different",
        both("units differ", "유닛이 서로 다름"),
        both("units differ", "유닛이 서로 다르다"),
        both("units all alike", "똑같은 유닛"),
        both(
            "Units with equal weights in front and behind get the same gradient and stay alike. Draw the weights at "
            "random.",
            "앞뒤의 가중치가 같은 유닛은 그래디언트도 똑같이 받아 계속 같습니다. 가중치를 난수로 뽑으세요.",
        ),
    ),
    Question(
        "moves",
        both("every layer moves", "모든 층이 움직임"),
        both("every layer moves", "모든 층이 움직인다"),
        both("frozen, or cut off", "동결되거나 끊긴 층"),
        both(
            "A layer that does not move at all is frozen (grad_req, lr_mult), unknown to the trainer, or cut off "
            "from the loss.",
            "전혀 움직이지 않는 층은 동결되었거나(grad_req, lr_mult), 트레이너가 모르거나, 손실과 연결이 끊긴 "
            "것입니다.",
        ),
    ),
    Question(
        "ratio",
        both("update ratio near 0.001", "갱신 비율이 0.001 근처"),
        both("updates ≈ 0.001", "갱신 비율 ≈ 0.001"),
        both("learning rate", "학습률"),
        both(
            "Far below a thousandth the learning rate is probably too small, far above probably too large. It is a "
            "rule of thumb: change the rate by a factor of ten and look again.",
            "1000분의 1보다 훨씬 작으면 학습률이 너무 작고, 훨씬 크면 너무 클 가능성이 높습니다. 경험칙이므로 "
            "학습률을 열 배 바꾸어 다시 확인하세요.",
        ),
    ),
)
FINE = both("a healthy start", "건강한 시작")
HEALTHY = both(
    "Nothing of this is wrong: it is not the start. Look at the data and the labels next, and measure again after "
    "some steps, for what is healthy at the start may fall ill in training.",
    "모두 정상이니 초기화는 문제가 아닙니다. 다음으로 데이터와 레이블을 살펴보고, 몇 스텝 뒤에 다시 재 보세요. "
    "시작이 건강해도 학습하다가 병들 수 있습니다.",
)
LEFT, RIGHT, WIDE, HIGH = 6, 274, 200, 50  # of the boxes
TOP, PITCH = 10, 74


def _box(x: float, y: float, words: Words, style: str) -> list[Mark]:
    label = "label amid" if style == "row" else "amid"
    return [["r", x, y, WIDE, HIGH, f"{style} round"], ["t", x + WIDE / 2, y + HIGH / 2 + 5, "middle", words, label]]


def _chart(stop: int) -> list[Mark]:
    """Draw the chart with the path to the first no, or to the end if there is none."""
    marks: list[Mark] = []
    middle = LEFT + WIDE // 2
    for k, question in enumerate(QUESTIONS):
        y = TOP + PITCH * k
        marks += arrow(middle, y + HIGH, middle, y + PITCH, "a" if k < stop else "faint")
        marks += arrow(LEFT + WIDE, y + HIGH // 2, RIGHT, y + HIGH // 2, "b" if k == stop else "faint")
        marks += _box(LEFT, y, question.box, "chosen" if k <= stop else "row")
        marks += _box(RIGHT, y, question.cause, "b pale" if k == stop else "row")
    marks += _box(LEFT, TOP + PITCH * len(QUESTIONS), FINE, "chosen" if stop == len(QUESTIONS) else "row")
    if stop > 0:
        marks.append(["t", middle + 10, TOP + HIGH + 17, "start", both("yes", "예"), "note a"])
    if stop < len(QUESTIONS):
        y = TOP + PITCH * stop + HIGH // 2
        marks.append(["t", (LEFT + WIDE + RIGHT) / 2, y - 8, "middle", both("no", "아니요"), "note b above"])
    return marks


def _table(answers: Sequence[int]) -> list[list[Words]]:
    rows: list[list[Words]] = [[both("question", "질문"), both("answer", "답"), both("a no leads to", "아니요이면")]]
    rows += [
        [one.ask, both("yes", "예") if answer else both("no", "아니요"), one.cause]
        for one, answer in zip(QUESTIONS, answers, strict=True)
    ]
    return rows


def diagnosis(title: Any = None) -> Figure:
    """Return a decision chart: the reader says what is true of a network, the path leads to what is wrong with it.

    The questions stand in their order: the first that is answered with no decides, since what comes later is measured
    in vain as long as it is not settled.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("From symptom to cause", "증상에서 원인으로"))

    def compute(*answers: int) -> State:
        stop = next((k for k, answer in enumerate(answers) if not answer), len(QUESTIONS))
        if stop == len(QUESTIONS):
            say = HEALTHY
        else:
            one = QUESTIONS[stop]
            cause = one.cause["en"][0].upper() + one.cause["en"][1:]
            say = both(f"{cause}. {one.why['en']}", f"{one.cause['ko']}. {one.why['ko']}")
        return State(_chart(stop), say, _table(answers))

    off_on = [both("no", "아니요"), both("yes", "예")]
    controls = [Control(one.name, "toggle", one.ask, off_on, int(k < 2)) for k, one in enumerate(QUESTIONS)]
    return Figure("diagnosis", words, (480, TOP + PITCH * len(QUESTIONS) + HIGH + 10), controls, compute)
