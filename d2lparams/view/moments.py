"""Training, one step at a time: the weights of every layer, and under each of them its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..block import Block
from ..checks import shown
from ..errors import DTypeError, NameConflictError, SettingError
from .arguments import as_network, as_title
from .canvas import number
from .marks import heat
from .spec import Control, Figure, Mark, State, Words, both, pick

__all__ = ["Moment", "moment", "moments"]

Array = npt.NDArray[Any]
Moment = dict[str, tuple[Array, Array | None]]
LEFT, WIDTH, SIDE = 12, 456, 34  # of the row of matrices, and how large one is drawn at most
MOST = 12  # rows and columns of a matrix that are drawn, and layers
VALUES, GRADIENTS = both("values", "값"), both("gradients", "그래디언트")
NORMS = both("values", "값의 노름"), both("gradients", "그래디언트의 노름")  # in the table
NONE = both("none", "없음")
UPPER = 28  # of the words over a row
HIGH = 2 * (SIDE + UPPER) + 26  # of one run
LANGUAGES = "en", "ko"
SPACES = {"en": " ", "ko": ""}  # before a bracket


def moment(net: Block) -> Moment:
    """Return copies of the values and the gradient of every parameter as they are now; no gradient is None."""
    found: Moment = {}
    for name, p in as_network(net).collect_params().items():
        grad = p.data().grad
        found[name] = p.data().asnumpy(), None if grad is None else grad.asnumpy()
    return found


def _is_moment(one: Any) -> bool:
    pairs = one.values() if isinstance(one, dict) else [None]
    return all(
        isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(a, np.ndarray | None) for a in pair)
        for pair in pairs
    )


def _checked(run: Any) -> list[Moment]:
    if not isinstance(run, list | tuple) or not run or not all(map(_is_moment, run)):
        raise DTypeError(f"moments() takes lists of what view.moment(net) returned, got {shown(run)}.")
    if any(one.keys() != run[0].keys() for one in run):
        raise NameConflictError("All moments of a run are of one network: its parameters have the same names.")
    return list(run)


def _listed(given: Any, default: Sequence[Any], what: str) -> list[Any]:
    """Return a list of words or numbers that has an entry for each of `default`, which it is if none is given."""
    found = list(default) if given is None else given
    if not isinstance(found, list | tuple) or len(found) != len(default):
        raise SettingError(f"{what} is a list of {len(default)}, got {shown(given)}.")
    return [as_title(one if isinstance(one, str | dict) else str(one), both("", "")) for one in found]


def _weights(run: list[Moment]) -> list[str]:
    """Return the names of the matrices, the first twelve of them."""
    return [name for name, (values, _) in run[0].items() if values.ndim > 1][:MOST]


def _drawn(values: Array) -> Array:
    """Return a matrix of at most 12 rows and columns, evenly chosen where there are more."""
    flat = values.reshape(len(values), -1)
    rows, columns = (np.unique(np.linspace(0, n - 1, min(n, MOST)).astype(int)) for n in flat.shape)
    drawn: Array = flat[np.ix_(rows, columns)]
    return drawn


def _limits(runs: Sequence[list[Moment]]) -> list[float]:
    """Return the sizes that have the strongest colour: the largest value, and a gradient that few exceed."""
    pairs = [one[name] for run in runs for one in run for name in _weights(run)]
    values = max(float(np.abs(value[np.isfinite(value)]).max(initial=0)) for value, _ in pairs)
    sizes = np.concatenate([np.zeros(0), *(np.abs(grad).ravel() for _, grad in pairs if grad is not None)])
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]  # where nothing is learned, all are 0
    return [values or 1.0, float(np.quantile(sizes, 0.98)) if sizes.size else 1.0]


def _row(arrays: Sequence[Array | None], y: float, limit: float) -> list[Mark]:
    """Return a row of matrices; where there is none, an empty frame with a dash."""
    pitch = WIDTH / len(arrays)
    side = round(min(SIDE, pitch - 4), 1)
    drawn = [None if array is None else _drawn(array) / limit for array in arrays]
    cell = max(2, int(side // max((n for array in drawn if array is not None for n in array.shape), default=1)))
    marks: list[Mark] = []
    for k, array in enumerate(drawn):
        x = round(LEFT + pitch * k, 1)
        if array is None:
            marks.append(["r", x, y, side, side, "near"])
            marks.append(["t", round(x + side / 2, 1), round(y + side / 2 + 4, 1), "middle", "\u2013", "tick"])
        else:
            marks += heat(x, y, cell, np.sign(array) * np.sqrt(np.abs(array)), 1.0)
    return marks


def _picture(
    now: Sequence[Moment], names: Sequence[Words], kept: Sequence[list[str]], limits: list[float]
) -> list[Mark]:
    """Return the weights of every run, and under them their gradients."""
    marks: list[Mark] = []
    for r, (one, name, chosen) in enumerate(zip(now, names, kept, strict=True)):
        top = 4 + HIGH * r
        for place, label in enumerate((VALUES, GRADIENTS)):
            whole = both(*(f"{pick(name, lang)}: {label[lang]}" for lang in ("en", "ko")))
            words = whole if label is VALUES else label
            y = top + (SIDE + UPPER) * place
            marks.append(["t", LEFT, y + 15, "start", words, "strong" if place == 0 else ""])
            marks += _row([one[weight][place] for weight in chosen], y + UPPER - 6, limits[place])
        for k in range(len(chosen)):
            x = round(LEFT + WIDTH / len(chosen) * k + SIDE / 2, 1)
            marks.append(["t", x, top + HIGH - 15, "middle", str(k), "tick"])
    return marks


def _norm(values: Array | None) -> Words:
    return NONE if values is None else number(float(np.linalg.norm(values)))


def moments(
    *runs: Sequence[Moment],
    names: list[Words] | None = None,
    steps: list[int] | None = None,
    title: Any = None,
) -> Figure:
    """Return the figure of one or several trainings side by side, step after step.

    Values have one scale in all runs and steps, gradients another; a colour is twice as strong for what is four times
    as large, so that small gradients can be seen at all.

    Parameters
    ----------
    *runs : list of dict
        For each step what `moment` returned, all of one length.
    names : list of words, optional
        What the runs are called.
    steps : list of int, optional
        The step of each moment, if it is not every step from 0.
    title : Text, optional
    """
    words = as_title(title, both("Values and gradients, step by step", "스텝마다 본 값과 그래디언트"))
    checked = [_checked(run) for run in runs]
    if not checked or len({len(run) for run in checked}) > 1:
        raise SettingError("moments() takes one run or several of the same length, from view.moment(net) at each step.")
    called = _listed(names, [both(f"run {k + 1}", f"학습 {k + 1}") for k in range(len(checked))], "names")
    counted = _listed(steps, range(len(checked[0])), "steps")
    kept = [_weights(run) for run in checked]
    if not all(kept):
        raise SettingError("There is nothing to show: a network without weights has no matrices.")
    limits = _limits(checked)

    def compute(step: int) -> State:
        now = [run[step] for run in checked]
        sizes = [_largest_now(one, chosen) for one, chosen in zip(now, kept, strict=True)]
        pairs = list(zip(called, sizes, strict=True))
        en, ko = (", ".join(f"{pick(name, lang)}{gap}({size})" for name, size in pairs) for lang, gap in SPACES.items())
        say = both(
            f"Step {pick(counted[step], 'en')}, the largest gradient of a weight: {en}.",
            f"스텝 {pick(counted[step], 'ko')}에서 가중치 그래디언트의 가장 큰 절댓값: {ko}.",
        )
        return State(_picture(now, called, kept, limits), say, _table(now, called, kept))

    control = Control("step", "player", both("step", "스텝"), counted)
    return Figure("moments", words, (480, HIGH * len(checked) + 4), [control], compute)


def _largest_now(one: Moment, chosen: list[str]) -> str:
    sizes = [float(np.abs(grad).max()) for name in chosen if (grad := one[name][1]) is not None]
    return number(max(sizes, default=0.0))


def _table(now: Sequence[Moment], names: Sequence[Words], kept: Sequence[list[str]]) -> list[list[Words]]:
    """Return the norms of all that is drawn."""
    head: list[Words] = [both("tensor", "텐서")]
    for name in names:
        head += [both(*(f"{pick(name, lang)}: {label[lang]}" for lang in LANGUAGES)) for label in NORMS]
    rows: list[list[Words]] = [head]
    for line in range(max(map(len, kept))):
        row: list[Words] = [kept[0][line] if line < len(kept[0]) else ""]
        for one, chosen in zip(now, kept, strict=True):
            row += [_norm(part) for part in one[chosen[line]]] if line < len(chosen) else ["", ""]
        rows.append(row)
    return rows
