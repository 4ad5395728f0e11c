"""What speaks for a diagnosis of the clinic and what against it: numbers of the patient before its first step."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..patients import CLASSES, HIDDEN, WIDTH
from .canvas import number, short
from .spec import Text, both
from .ward import SEED, Frame, run_of

__all__ = ["CURED_BY", "DIAGNOSES", "RIGHT", "TREATMENTS", "dead_share", "judged", "tell", "value"]

DIAGNOSES: dict[str, Text] = {
    "small": both("weights too small", "가중치가 너무 작음"),
    "dead": both("dead ReLUs", "죽은 ReLU"),
    "large": both("weights too large", "가중치가 너무 큼"),
    "alike": both("all units alike", "유닛이 모두 같음"),
    "slow": both("learning rate too small", "학습률이 너무 작음"),
}
TREATMENTS: dict[str, Text] = {
    "redraw": both("weights from He", "가중치를 He로"),
    "biases": both("biases to 0", "편향을 0으로"),
    "faster": both("learning rate × 1,000", "학습률 × 1,000"),
    "slower": both("learning rate ÷ 10", "학습률 ÷ 10"),
}
RIGHT = {"A": "small", "B": "dead", "C": "large", "D": "alike", "E": "slow"}
CURED_BY = {"small": "redraw", "dead": "biases", "large": "redraw", "alike": "redraw", "slow": "faster"}
FAINT = 1e-5  # of a gradient: less than what arrives in any of the networks that have a right start


class Reading(NamedTuple):
    """A patient before its first step, beside the healthy network."""

    now: Frame
    healthy: Frame
    loss: float


def value(size: float) -> str:
    """Return a number with two digits, as short as it can be.

    Examples
    --------
    >>> value(0.000123), value(0.0), value(70.7)
    ('1.2e\N{MINUS SIGN}4', '0', '71')
    """
    return short(float(f"{size:.2g}")) if math.isfinite(size) else number(size)


def dead_share(frame: Frame) -> str:
    """Return how many of the hidden units are dead, in percent."""
    return f"{100 * sum(frame.dead) / (HIDDEN * WIDTH):.0f}"


def _small(one: Reading) -> Text:
    first, last = one.now.sizes[0], one.now.sizes[HIDDEN - 1]
    ends = value(first), value(last)
    if last == 0:
        return both(
            "Activations: behind the last hidden layer they are 0 exactly, and weights that are too small make "
            "numbers small, never 0.",
            "활성값을 보세요. 마지막 은닉층을 지나면 정확히 0입니다. 가중치가 너무 작으면 값이 작아질 뿐 0이 되지는 "
            "않습니다.",
        )
    if last < first / 100:
        return both(
            f"From layer 1 to layer 4 the activations fall from {ends[0]} to {ends[1]}, and the gradient that arrives "
            f"at layer 1 is {value(one.now.gradients[0])}.",
            f"활성값의 크기가 1층의 {ends[0]}에서 4층의 {ends[1]}까지 줄어들고, 1층에 도착하는 그래디언트는 "
            f"{value(one.now.gradients[0])}입니다.",
        )
    return both(
        f"Activations: their size is {ends[0]} in layer 1 and still {ends[1]} in layer 4. Weights that are too small "
        "would let it die out.",
        f"활성값을 보세요. 크기가 1층에서 {ends[0]}, 4층에서도 {ends[1]}입니다. 가중치가 너무 작으면 층을 지날수록 "
        "사라졌을 것입니다.",
    )


def _dead(one: Reading) -> Text:
    share, usual = dead_share(one.now), dead_share(one.healthy)
    if int(share) > 50:
        return both(
            f"{share} % of the hidden units are 0 for each of the 200 digits, and through them no gradient comes back.",
            f"은닉 유닛의 {share}%가 숫자 200개에서 모두 0이고, 이런 유닛으로는 그래디언트가 돌아오지 못합니다.",
        )
    return both(
        f"Activations: {share} % of the hidden units are dead. In the healthy network it is {usual} %.",
        f"활성값을 보세요. 은닉 유닛의 {share}%가 죽어 있습니다. 건강한 신경망에서는 {usual}%입니다.",
    )


def _large(one: Reading) -> Text:
    loss, level = f"{one.loss:.2f}", f"{math.log(CLASSES):.2f}"
    if one.loss > 3 * math.log(CLASSES):
        return both(
            f"The first loss is {loss} instead of about {level}, the activations grow from layer to layer, and so "
            "does the gradient on its way back.",
            f"첫 손실이 {level} 정도가 아니라 {loss}이고, 활성값은 층을 지날수록 커지며 그래디언트도 돌아오면서 "
            "커집니다.",
        )
    return both(
        f"Loss at start: {loss}, and ln 10 is {level}. Weights that are too large would make the network sure of "
        "itself before it has learned anything.",
        f"첫 손실을 보세요. {loss}이고 ln 10은 {level}입니다. 가중치가 너무 크면 아무것도 배우기 전부터 답을 확신했을 "
        "것입니다.",
    )


def _alike(one: Reading) -> Text:
    units = int(one.now.different[0])
    if units == 1:
        return both(
            "In every hidden layer all 32 units give the same output. Those of layers 1 to 3 have equal weights "
            "behind them, too, so that they get the same gradient and stay alike.",
            "모든 은닉층에서 유닛 32개가 똑같은 값을 냅니다. 1층부터 3층까지는 뒤에 있는 가중치도 같아서, "
            "그래디언트도 똑같이 받아 계속 같습니다.",
        )
    return both(
        f"Activations: in layer 1 there are {units} different units. If they were alike, its row would have one "
        "colour.",
        f"활성값을 보세요. 1층에는 서로 다른 유닛이 {units}개 있습니다. 모두 같다면 그 행이 한 가지 색이었을 것입니다.",
    )


def _slow(one: Reading) -> Text:
    ratio, back = one.now.ratios[0], one.now.gradients[0]
    if back < FAINT:
        return both(
            f"Gradients: at layer 1 arrives {value(back)}, in the healthy network {value(one.healthy.gradients[0])}. "
            "The steps are small because the gradient is; the learning rate is not to blame.",
            f"그래디언트를 보세요. 1층에 도착하는 크기가 {value(back)}이고, 건강한 신경망에서는 "
            f"{value(one.healthy.gradients[0])}입니다. 스텝이 작은 것은 그래디언트가 작기 때문이지 학습률 때문이 "
            "아닙니다.",
        )
    if ratio < 1e-4:
        return both(
            "Activations and gradients are those of the healthy network, but a step moves the weights of layer 1 by "
            f"only {value(ratio)} of their size.",
            "활성값과 그래디언트는 건강한 신경망과 같은데, 한 스텝에 1층의 가중치가 제 크기의 "
            f"{value(ratio)}배만큼밖에 움직이지 않습니다.",
        )
    return both(
        f"Update ratio: a step moves the weights of layer 1 by {value(ratio)} of their size. That is more than 0.001, "
        "not less.",
        f"갱신 비율을 보세요. 한 스텝에 1층의 가중치가 제 크기의 {value(ratio)}배만큼 움직입니다. 0.001보다 작지 않고 "
        "큽니다.",
    )


REASONS = {"small": _small, "dead": _dead, "large": _large, "alike": _alike, "slow": _slow}


def judged(name: str, diagnosis: str, seed: int = SEED) -> Text:
    """Return whether a diagnosis is right, and the instrument that says so."""
    run, healthy = (run_of(one, None, seed) for one in (name, "healthy"))
    why = REASONS[diagnosis](Reading(run.frames[0], healthy.frames[0], run.losses[0]))
    if RIGHT[name] == diagnosis:
        return both(f"Right. {why['en']} Now choose a cure.", f"맞습니다. {why['ko']} 이제 치료법을 고르세요.")
    return both(f"It is something else. {why['en']}", f"다른 병입니다. {why['ko']}")


def tell(name: str, cure: str, seed: int = SEED) -> Text:
    """Return what has become of a patient at the end of its treatment."""
    with_it, without = (run_of(name, one, seed).losses[-1] for one in (cure, None))
    if CURED_BY[RIGHT[name]] == cure:
        return both("Cured.", "나았습니다.")
    if not with_it < 1.5 * without:
        return both("That made it worse.", "오히려 나빠졌습니다.")
    if with_it < 0.7 * without:
        return both("It helps, and the cause is still there.", "도움은 되지만 원인은 그대로입니다.")
    return both("That is not what it lacks.", "필요한 치료가 아닙니다.")
