"""A sentence goes through a real network: its likeliest languages, its hidden units, and what damage does to both.

The sentence is one of some that a page has recorded, or one that a reader types where Python answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import real
from ..checks import shown
from ..errors import DTypeError, SettingError
from .arguments import as_title
from .canvas import folded
from .marks import heat
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["sentence"]

Array = npt.NDArray[Any]

SENTENCES = (
    "All human beings are born free and equal",
    "All human beings are born free and equal in dignity and rights",
    "모든 인간은 태어날 때부터 자유롭다",
    "Tots els éssers humans neixen lliures i iguals",
    "Všichni lidé rodí se svobodní a sobě rovní",
    "Alle mennesker er født frie",
    "hello",
    "12345",
)
SEED, LIKELIEST = 3, 5
MOST, READ = 12, 500  # sentences, and letters of one that are read
COLUMNS, CELL = 15, 14
LINES, ROOM = (20, 42), 23  # where the lines of the sentence stand, and how many em have room in one
TOP, BAR, PITCH = 50, 156, 44
GRIDS = (4.0, 266.0)  # where the two maps of the hidden units begin
DOWN = TOP + LIKELIEST * PITCH + 52


class Net(NamedTuple):
    """The numbers of the network: two weights and two biases."""

    w0: Array
    b0: Array
    w1: Array
    b1: Array


class Answer(NamedTuple):
    """What the network says of a sentence: probabilities, hidden units, what each adds for the first language."""

    shares: Array
    hidden: Array
    votes: Array


@cache
def whole() -> Net:
    """Return the network as it was trained."""
    held = real.weights("lande")
    return Net(*(held[name].astype(np.float64) for name in ("0.weight", "0.bias", "1.weight", "1.bias")))


def answer(net: Net, inputs: Array) -> Answer:
    """Return what a network says of the features of one sentence, of shape (620,)."""
    hidden = np.maximum(net.w0 @ inputs + net.b0, 0)
    scores = net.w1 @ hidden + net.b1
    shares = np.exp(scores - scores.max())
    first, second = np.argsort(-scores, kind="stable")[:2]
    return Answer(shares / shares.sum(), hidden, (net.w1[first] - net.w1[second]) * hidden)


def rounded(weight: Array, bits: int) -> Array:
    """Return a weight of which each row has 2 to the power of `bits` values, evenly from its lowest to its highest."""
    low, high = weight.min(axis=1, keepdims=True), weight.max(axis=1, keepdims=True)
    steps = 2**bits - 1
    return np.asarray(np.round((weight - low) / (high - low) * steps) / steps * (high - low) + low)


def _silenced(net: Net, inputs: Array) -> Net:
    """Return the network without the unit that adds most for its answer."""
    w1 = net.w1.copy()
    w1[:, answer(net, inputs).votes.argmax()] = 0
    return net._replace(w1=w1)


def _anew(net: Net, _inputs: Array) -> Net:
    draws = np.random.default_rng(SEED)
    return net._replace(w0=draws.normal(net.w0.mean(), net.w0.std(), net.w0.shape))


def _fewer(bits: int) -> Callable[[Net, Array], Net]:
    return lambda net, _inputs: net._replace(w0=rounded(net.w0, bits), w1=rounded(net.w1, bits))


def _noisy(share: float) -> Callable[[Net, Array], Net]:
    def noise(net: Net, _inputs: Array) -> Net:
        draws = np.random.default_rng(SEED)
        return net._replace(
            **{name: w + draws.normal(0, share * w.std(), w.shape) for name, w in (("w0", net.w0), ("w1", net.w1))}
        )

    return noise


DAMAGE: tuple[tuple[Text, Callable[[Net, Array], Net]], ...] = (
    (both("as it was trained", "학습된 그대로"), lambda net, _inputs: net),
    (both("strongest unit silenced", "가장 센 유닛 끄기"), _silenced),
    (both("first layer set to zero", "첫째 층을 0으로"), lambda net, _inputs: net._replace(w0=np.zeros_like(net.w0))),
    (both("first layer drawn anew", "첫째 층 다시 뽑기"), _anew),
    (both("weights of 4 bits", "4비트 가중치"), _fewer(4)),
    (both("weights of 2 bits", "2비트 가중치"), _fewer(2)),
    (both("weights of 1 bit", "1비트 가중치"), _fewer(1)),
    (both("noise of 0.1 σ", "0.1σ 잡음"), _noisy(0.1)),
    (both("noise of 0.3 σ", "0.3σ 잡음"), _noisy(0.3)),
    (both("noise of 1 σ", "1σ 잡음"), _noisy(1.0)),
)


# What is to be said of a text besides the answer that the network gives to anything.
LONG = both(f" Only the first {READ} letters are read.", f" 첫 {READ}자만 읽습니다.")
EMPTY = both(
    " There is no letter in it to read: what remains are blanks, and it answers for them.",
    " 읽을 글자가 없습니다. 남은 것은 빈칸뿐이고, 신경망은 그 빈칸에 답합니다.",
)
STRANGE = both(
    " The network counts none of its pieces but the blank, and answers all the same.",
    " 이 문장에서 신경망이 세는 조각은 빈칸뿐인데, 그래도 답합니다.",
)


@lru_cache(100)  # of all that a reader types, the latest
def _inputs(text: str) -> Array:
    inputs: Array = real.features(text)[0].astype(np.float64)
    return inputs


def _remarks(text: str) -> Text:
    """Return what a reader should know of a text of which the network cannot read all."""
    read = text[:READ]
    known = [gram for gram, share in zip(real.grams(), _inputs(read), strict=True) if share and gram.strip()]
    lessons = [LONG] * (len(text) > READ)
    if not known:
        lessons.append(STRANGE if any(unicodedata.category(letter)[0] in "LM" for letter in read) else EMPTY)
    return both("".join(one["en"] for one in lessons), "".join(one["ko"] for one in lessons))


def _written(text: str) -> list[Mark]:
    """Write the sentence above its answer: on paper, and where there are no controls, nothing else names it."""
    lines = folded(" ".join(text[:READ].split()), ROOM, len(LINES))
    return [["t", 4, y, "start", line, "label"] for y, line in zip(LINES, lines, strict=False)]


def _bars(found: Answer) -> tuple[list[Mark], list[list[Any]]]:
    """Draw the likeliest languages as bars, and return the table as well."""
    marks: list[Mark] = []
    rows: list[list[Any]] = [[both("language", "언어"), both("probability", "확률")]]
    for k, at in enumerate(np.argsort(-found.shares, kind="stable")[:LIKELIEST]):
        language, share, y = real.languages()[at], float(found.shares[at]), TOP + k * PITCH
        name, text = both(language.en, language.ko), f"{100 * share:.0f} %"
        marks += [
            ["t", BAR - 8, y + 24, "end", name, "strong amid" if k == 0 else "label amid"],
            ["r", BAR, y + 8, round(max(240 * share, 0.5), 1), 24, "a" if k == 0 else "a see"],
            ["t", round(BAR + 240 * share + 8, 1), y + 25, "start", text, "tick"],
        ]
        rows.append([name, f"{share:.3f}"])
    return marks, rows


def _units(found: Answer, first: real.Language, second: real.Language) -> list[Mark]:
    """Draw the hidden units, and what each adds for the first language over the second."""
    grid = found.hidden.reshape(-1, COLUMNS), found.votes.reshape(-1, COLUMNS)
    marks = heat(GRIDS[0], DOWN, CELL, grid[0], style="tile", signed=False)
    marks += heat(GRIDS[1], DOWN, CELL, grid[1], style="tile")
    most = int(found.votes.argmax())
    corner = GRIDS[1] + most % COLUMNS * CELL, DOWN + most // COLUMNS * CELL
    marks.append(["r", *corner, CELL, CELL, "outline"])
    bottom = DOWN + len(grid[0]) * CELL + 20
    heads = both("output of 120 units", "유닛 120개의 출력"), both("what each adds", "유닛이 더하는 점수")
    for left, head in zip(GRIDS, heads, strict=True):
        marks.append(["t", left, DOWN - 10, "start", head, "label above"])
    names = both(f"blue for {first.en}, orange for {second.en}", f"파랑은 {first.ko} 쪽, 주황은 {second.ko} 쪽")
    return [*marks, ["t", 476, bottom, "end", names, "note below"]]


def _given(sentences: Any) -> list[str]:
    """Return the sentences of a reader."""
    found = [sentences] if isinstance(sentences, str) else sentences
    if not isinstance(found, list | tuple) or not all(isinstance(text, str) for text in found):
        raise DTypeError(f"sentences is a text or a list of texts, got {shown(sentences)}.")
    if not 0 < len(found) <= MOST:
        raise SettingError(f"The figure has room for 1 to {MOST} sentences, got {len(found)}.")
    return list(found)


def _say(name: Text, found: Answer, text: str) -> Text:
    """Return the answer in one sentence, and what the network did not read."""
    order = np.argsort(-found.shares, kind="stable")[:2]
    first, second = (real.languages()[at] for at in order)
    best, next_best = (f"{100 * found.shares[at]:.0f}" for at in order)
    most, on, more = int(found.votes.argmax()), int((found.hidden > 0).sum()), _remarks(text)
    return both(
        f"{name['en'][0].upper()}{name['en'][1:]}: {first.en} {best} %, {second.en} {next_best} %. {on} of 120 "
        f"units are on; unit {most} adds most for {first.en} over {second.en}.{more['en']}",
        f"{name['ko']}: {first.ko} {best}%, {second.ko} {next_best}%. 유닛 120개 중 {on}개가 켜져 있습니다. "
        f"{second.ko}보다 {first.ko} 쪽으로 가장 크게 기울게 하는 것은 유닛 {most}입니다.{more['ko']}",
    )


def sentence(sentences: Any = None, title: Any = None) -> Figure:
    """Return the language detector as it reads a sentence, whole or damaged: five languages and 120 hidden units.

    Where Python answers, in a kernel or in a page that runs it, a reader types a sentence and sees at once what the
    network makes of it; a page without Python has the answers to `sentences`.

    Parameters
    ----------
    sentences : str or list of str, optional
        What it reads, in any language, at most twelve; of each the first 500 letters.
    title : Text, optional

    Examples
    --------
    >>> figure = sentence("Je pense, donc je suis")
    >>> figure.state(0, 0)["table"][1]
    [{'en': 'French', 'ko': '프랑스어'}, '0.767']
    >>> figure.state("Ich denke, also bin ich", 0)["table"][1]
    [{'en': 'German', 'ko': '독일어'}, '1.000']
    """
    texts = _given(SENTENCES if sentences is None else sentences)
    words = as_title(title, both("A sentence through a real network", "실제 신경망을 지나는 문장"))

    def compute(which: int | str, damage: int) -> State:
        text = which if isinstance(which, str) else texts[which]
        name, change = DAMAGE[damage]
        given = _inputs(text[:READ])
        found = answer(change(whole(), given), given)
        first, second = (real.languages()[at] for at in np.argsort(-found.shares, kind="stable")[:2])
        marks, rows = _bars(found)
        return State(_written(text) + marks + _units(found, first, second), _say(name, found, text), rows)

    controls = [
        Control("sentence", "words", both("sentence", "문장"), [text[:READ] for text in texts]),
        Control("network", "select", both("the network", "신경망"), [name for name, _ in DAMAGE]),
    ]
    return Figure("sentence", words, (480, DOWN + 120 // COLUMNS * CELL + 54), controls, compute)
