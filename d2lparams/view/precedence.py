"""Which initializer fills a parameter: who speaks, in which order, and what the parameter holds after every call."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

from .. import init, nd, nn, random
from ..parameter import Parameter
from .arguments import as_title
from .canvas import number
from .marks import arrow
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["precedence"]

ROLES = ("weight", "bias")
ORDERS = (("net",), ("p",), ("net", "p"), ("p", "net"))
CALLS = {"net": "net.initialize", "p": "p.initialize"}
GIVEN = {1: 3.0, 2: 2.0, 3: 1.0}  # the constant of each line of the table of precedence
LINES: dict[int, Words] = {
    1: both("the call on p itself", "p에 대한 호출"),
    2: both("p's own initializer", "p 자체의 초기화기"),
    3: both("the network's, by role", "신경망의 초기화기"),
}
LEFT, COLUMN, TOP, LANE = 158, 81, 52, 70
BOTTOM = TOP + 3 * LANE + 46  # where the parameter itself is drawn
STATES = {
    "declared": both("no values", "값 없음"),
    "deferred": both("waits", "기억해 둠"),
    "ready": both("values", "값 있음"),
}


class Moment(NamedTuple):
    """What holds after one step.

    Attributes
    ----------
    step : str
        The code of the step.
    spoken : dict of float
        The lines of the table that spoke in it, and what each would give.
    line : int or None
        The line that decided; None if nobody was heard.
    state : str
        Of the parameter.
    value : float or None
        What it holds, or what it will hold once its shape is known.
    """

    step: str
    spoken: dict[int, float]
    line: int | None
    state: str
    value: float | None


@dataclass(frozen=True)
class _Setting:
    role: str
    own: bool
    order: tuple[str, ...]
    force: bool
    known: bool


def _made(setting: _Setting) -> tuple[nn.Sequential, Parameter]:
    own = init.Constant(GIVEN[2]) if setting.own else None
    with nn.NameManager():
        layer = nn.Dense(2, in_units=3 if setting.known else 0)
        net = nn.Sequential()
        net.add(layer)
    p = net.collect_params()[f"{layer.name}_{setting.role}"]
    p.init = own  # what weight_initializer= or bias_initializer= would have given it
    return net, p


def _holds(p: Parameter) -> float | None:
    """Return the number that a parameter holds, or that its recipe will give."""
    if p.state == "ready":
        return float(p.data().asnumpy().flat[0])
    if p._recipe is None:
        return None
    return float(p._recipe.fill(p.name, (1, 1) if p.role == "weight" else (1,), p.dtype, p.role).flat[0])


def _run(setting: _Setting) -> list[Moment]:
    """Make the layer, call what is to be called, run it, and write down what the parameter holds after each step."""
    net, p = _made(setting)
    moments = [Moment("Dense(2)", {}, None, p.state, _holds(p))]
    for who in setting.order:
        before, ready = p._recipe, p.state == "ready"
        with random.stream(random.Stream(0)), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the one that says the values were kept: the figure shows that they are
            if who == "p":
                p.initialize(init.Constant(GIVEN[1]), force_reinit=setting.force)
            else:
                net.initialize(init.Constant(GIVEN[3]), force_reinit=setting.force)
        spoken = {2: GIVEN[2]} if setting.own else {}
        spoken |= {1: GIVEN[1]} if who == "p" else {3: GIVEN[3] if setting.role == "weight" else 0.0}
        heard = (p.state == "ready" and (setting.force or not ready)) or p._recipe is not before
        line = next((k for k in (1, 2, 3) if spoken.get(k) == _holds(p)), None) if heard else None
        moments.append(Moment(CALLS[who], spoken, line, p.state, _holds(p)))
    if p.state != "ready":
        if setting.order == ("p",):
            other = net[0].bias if setting.role == "weight" else net[0].weight
            other.initialize()  # a layer runs with both of its parameters
        net(nd.ones((1, 3)))
        moments.append(Moment("net(x)", {}, None, p.state, _holds(p)))
    return moments


def _lanes(moments: list[Moment]) -> list[Mark]:
    """Draw who may speak, from the top: filled where one decides, beside the arrow where others do."""
    marks: list[Mark] = []
    for k, label in LINES.items():
        y = TOP + LANE * k - LANE // 2
        marks += [
            ["t", 10, y + 6, "start", str(k), "strong"],
            ["t", 28, y + 3, "start", label, "label above"],
            ["t", 28, y + 24, "start", f"Constant({GIVEN[k]:g})", "tick"],
            ["l", 10, y + LANE / 2, 470, y + LANE / 2, "grid"],
        ]
    for at, (x, moment) in enumerate(zip(_columns(moments), moments, strict=True)):
        marks.append(["t", x, TOP - 8 - 20 * (at % 2), "middle", moment.step, "tick"])  # by turns: words need room
        for k, value in moment.spoken.items():
            wins, y = k == moment.line, TOP + LANE * k - LANE // 2
            left = x - 17 if wins else x + 14
            marks.append(["r", left, y - 14, 34 if wins else 26, 28, "a see" if wins else "row"])
            style = "strong" if wins else "tick"
            marks.append(["t", left + (17 if wins else 13), y + 5, "middle", number(value), style])
            if wins:
                marks += arrow(x, y + 14, x, BOTTOM - 18, "a")
        if moment.spoken and moment.line is None:
            marks.append(["t", x, BOTTOM - 26, "middle", both("not heard", "쓰이지 않음"), "label above"])
    return marks


def _columns(moments: list[Moment]) -> list[int]:
    return [LEFT + COLUMN * at + COLUMN // 2 for at in range(len(moments))]


def _track(moments: list[Moment]) -> list[Mark]:
    """Draw the parameter after each step: empty, holding a recipe, holding a number."""
    marks: list[Mark] = [["t", 28, BOTTOM + 5, "start", both("p holds", "p의 값"), "label amid"]]
    xs = _columns(moments)
    marks += [["l", x + 16, BOTTOM, x + COLUMN - 16, BOTTOM, "axis"] for x in xs[:-1]]
    for x, moment in zip(xs, moments, strict=True):
        style = {"declared": "node", "deferred": "node a pale", "ready": "node a see"}[moment.state]
        marks.append(["c", x, BOTTOM, 16, style])
        if moment.value is not None:
            inside = "strong" if moment.state == "ready" else "tick"
            marks.append(["t", x, BOTTOM + 5, "middle", number(moment.value), inside])
        marks.append(["t", x, BOTTOM + 36, "middle", STATES[moment.state], "tick below"])
    return marks


def _say(moments: list[Moment]) -> Text:
    last = [moment for moment in moments if moment.line is not None][-1]
    value, line, call = number(moments[-1].value or 0), last.line, last.step
    return both(
        f"p ends as {value}: {call} was the last call that was heard, and line {line} is the first that applies in it.",
        f"p의 값은 {value}입니다. 마지막으로 받아들여진 호출은 {call}이고, 거기서 처음 해당하는 줄은 {line}번입니다.",
    )


def precedence(title: Any = None) -> Figure:
    """Return the figure of who decides: lines apply inside one call, and the last call that is heard wins.

    Every state is what a layer of the package really does with these calls.
    """
    words = as_title(title, both("Which initializer wins?", "어느 초기화기가 이길까요?"))

    def compute(role: int, order: int, own: int, force: int, known: int) -> State:
        moments = _run(_Setting(ROLES[role], own == 1, ORDERS[order], force == 1, known == 1))
        rows: list[list[Any]] = [[both("step", "단계"), both("line", "줄"), both("state", "상태"), both("value", "값")]]
        for m in moments:
            held = "-" if m.value is None else number(m.value)
            rows.append([m.step, "-" if m.line is None else str(m.line), both(m.state, STATES[m.state]["ko"]), held])
        return State(_lanes(moments) + _track(moments), _say(moments), rows)

    orders: list[Words] = [
        CALLS["net"], CALLS["p"],
        both("net.initialize, then p.initialize", "net.initialize 다음 p.initialize"),
        both("p.initialize, then net.initialize", "p.initialize 다음 net.initialize"),
    ]  # fmt: skip
    controls = [
        Control("role", "select", both("p is", "p는"), [both("the weight", "가중치"), both("the bias", "편향")]),
        Control("order", "select", both("calls", "호출"), orders, 3),
        Control("own", "toggle", both("p has its own initializer", "p 자체의 초기화기 있음"), ["off", "on"]),
        Control("force", "toggle", both("force_reinit=True", "force_reinit=True"), ["off", "on"]),
        Control("known", "toggle", both("in_units is given", "in_units를 줌"), ["off", "on"], 1),
    ]
    return Figure("precedence", words, (480, BOTTOM + 66), controls, compute)
