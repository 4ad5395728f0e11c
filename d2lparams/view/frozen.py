"""What is frozen: a layer that is held in four ways while the rest of its network learns, and what each way costs."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd, nd, nn, random
from ..trainer import Trainer
from .arguments import as_title
from .canvas import Axes, number
from .marks import amount, places
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["frozen"]

Array = npt.NDArray[Any]

SIZES = (3, 5, 4, 2)
DTYPE = "float64"  # so that every machine draws the same
STEPS, HOLD = 20, 8  # how many steps there are, and after which one layers 1 and 2 are held
WAYS: tuple[Words, ...] = (
    both("nothing", "없음"), "lr_mult = 0", both("gradient set to 0", "그래디언트를 0으로"), "grad_req = 'null'",
    both("'null', new trainer", "'null', 새 트레이너"),
)  # fmt: skip
FREE, RATE_0, GRADIENT_0, NULL, NEW_TRAINER = range(5)
OPTIMIZERS: tuple[tuple[Words, str, dict[str, float]], ...] = (
    ("SGD", "sgd", {"learning_rate": 0.3}),
    (both("SGD, momentum 0.9", "SGD, 모멘텀 0.9"), "sgd", {"learning_rate": 0.06, "momentum": 0.9}),
    ("Adam", "adam", {"learning_rate": 0.04}),
)
DECAY = 0.1
LIMIT = 0.5  # the share of the farthest move that has the widest edge
HEADS = both("layer 1", "첫째 층"), both("layer 2", "둘째 층"), both("layer 3", "셋째 층")
KINDS = (
    both("values", "값"), both("gradients", "그래디언트"), both("momentum", "모멘텀"), both("squares", "제곱 평균"),
)  # fmt: skip
BODY, REST = "c", "d"  # the colours of layers 1 and 2, and of layer 3
NETWORK = (22.0, 70.0, 262.0, 204.0)
BYTES, WIDE, ROW = 322, 140, 64  # where the bars begin, their full width, and the height of a row
CURVES = (44, 328, 424, 74)


class Frame(NamedTuple):
    """After a step: by how much it moved each weight, layers 1 and 2 and layer 3 as a whole, and the bytes held.

    `held` has a row for layers 1 and 2 and one for layer 3, each with values, gradients, momentum and squares.
    """

    moves: list[Array]
    lengths: tuple[float, float]
    held: tuple[tuple[int, ...], tuple[int, ...]]


def _network() -> tuple[nn.Sequential, Any, Any]:
    """Return a new network with inputs and targets; the random numbers and names of the reader stay as they are."""
    rng = np.random.default_rng(12)
    with nn.NameManager(), random.stream(random.Stream(0)):
        net = nn.Sequential()
        for before, after in zip(SIZES[:-2], SIZES[1:-1], strict=True):
            net.add(nn.Dense(after, "tanh", dtype=DTYPE, in_units=before))
        net.add(nn.Dense(SIZES[-1], dtype=DTYPE, in_units=SIZES[-2]))
        net.initialize("zeros")
    for layer in net:
        layer.weight.set_data(rng.normal(0, 0.6, layer.weight.shape))
    x = rng.normal(size=(30, SIZES[0]))
    y = np.tanh(x @ rng.normal(size=(SIZES[0], 6))) @ rng.normal(size=(6, SIZES[-1]))
    return net, nd.array(x, DTYPE), nd.array(y, DTYPE)


def _hold(body: list[nn.Parameter], way: int) -> None:
    """Hold the parameters of layers 1 and 2 in one of `WAYS`."""
    for parameter in body:
        if way == RATE_0:
            parameter.lr_mult = 0
        elif way in (NULL, NEW_TRAINER):
            parameter.grad_req = "null"


def _bytes(parameters: list[nn.Parameter], trainer: Trainer) -> tuple[int, ...]:
    """Return how many bytes there are of values, gradients, momentum (of Adam, m) and squares (v)."""
    sizes = [parameter.data()._data.nbytes for parameter in parameters]
    trained = [size for parameter, size in zip(parameters, sizes, strict=True) if parameter.grad_req != "null"]
    states = [trainer._states[parameter] for parameter in parameters]
    first = [state.get(key) for state in states for key in ("momentum", "m")]
    second = [state.get("v") for state in states]
    moments = (sum(array.nbytes for array in arrays if array is not None) for arrays in (first, second))
    return sum(sizes), sum(trained), *moments


@cache
def training(way: int, optimizer: int, decay: bool) -> list[Frame]:
    """Return the frames of a training in which layers 1 and 2 are held from step `HOLD` on."""
    (net, x, y), (_, kind, settings) = _network(), OPTIMIZERS[optimizer]
    settings = {**settings, "wd": DECAY * decay}
    parameters = list(net.collect_params().values())
    body, rest = parameters[:4], parameters[4:]
    trainer = Trainer(net.collect_params(), kind, settings)
    frames: list[Frame] = []
    for step in range(STEPS + 1):
        before = [parameter.data().asnumpy().copy() for parameter in parameters]
        if step == HOLD + 1:
            _hold(body, way)
            trainer = Trainer(net.collect_params(), kind, settings) if way == NEW_TRAINER else trainer
        if step:
            with autograd.record():
                loss = ((net(x) - y) ** 2).mean()
            loss.backward()
            if way == GRADIENT_0 and step > HOLD:
                net[:2].zero_grad()
            trainer.step(1)
        moves = [parameter.data().asnumpy() - old for parameter, old in zip(parameters, before, strict=True)]
        lengths = tuple(float(np.sqrt(sum((move**2).sum() for move in part))) for part in (moves[:4], moves[4:]))
        frames.append(Frame(moves[::2], lengths, (_bytes(body, trainer), _bytes(rest, trainer))))  # type: ignore[arg-type]
    return frames


def _lock(x: float, y: float, closed: bool, style: str) -> list[Mark]:
    """Draw a lock: filled and shut, or an outline with its bow open."""
    shift = 0 if closed else 7
    angles = np.linspace(np.pi, 0, 9)
    bow = [(x + shift + 5 * float(np.cos(a)), y - 4 - 5 * float(np.sin(a))) for a in angles]
    ends = [(x + shift - 5, y + 1), *bow, (x + shift + 5, y + (1 if closed else -3))]
    line = [round(value, 1) for place in ends for value in place]
    return [["p", line, "thin"], ["r", x - 8, y, 16, 12, style if closed else "block"]]


def _still() -> list[Mark]:
    """Draw all edges of the network as faint lines."""
    columns = places(SIZES, NETWORK)
    pairs = zip(columns[:-1], columns[1:], strict=True)
    return [["l", *start, *end, "grid"] for before, after in pairs for end in after for start in before]


def _picture(frame: Frame, limit: float, at: int, way: int) -> list[Mark]:
    """Draw the edges that a step has moved, in the colour of the direction, the units over them, and the locks."""
    columns = places(SIZES, NETWORK)
    marks: list[Mark] = []
    for k, matrix in enumerate(frame.moves):
        for i, end in enumerate(columns[k + 1]):
            for j, start in enumerate(columns[k]):
                if matrix[i, j]:
                    marks.append(["l", *start, *end, amount(matrix[i, j], limit)])
        middle = round((columns[k][0][0] + columns[k + 1][0][0]) / 2, 1)
        style, held = (BODY, way != FREE and at > HOLD) if k < 2 else (REST, False)
        marks += _lock(middle, 54, held, style)
        marks.append(["t", middle, 36, "middle", HEADS[k], f"note above {style}"])
    return marks + [["c", x, y, 8, "node"] for column in columns for x, y in column]


def _bars(frame: Frame) -> list[Mark]:
    """Draw the bytes that are held of each kind, layers 1 and 2 first."""
    marks: list[Mark] = []
    full = sum(part[0] for part in frame.held)
    for row, name in enumerate(KINDS):
        y, x = 36 + ROW * row, float(BYTES)
        sizes = [part[row] for part in frame.held]
        marks.append(["t", BYTES, y, "start", name, "label above"])
        marks.append(["t", BYTES + WIDE, y, "end", str(sum(sizes)), "note"])
        marks.append(["l", BYTES, y + 20, BYTES + WIDE, y + 20, "grid"])
        for size, style in zip(sizes, (BODY, REST), strict=True):
            if size:
                marks.append(["r", round(x, 1), y + 7, round(WIDE * size / full - 1, 1), 13, f"{style} see"])
                x += WIDE * size / full
    return marks


def _lines(frames: list[Frame], at: int) -> list[Mark]:
    """Draw how far each part moves in every step, what is to come faintly."""
    most = max(max(frame.lengths) for frame in frames)
    axes = Axes((0, STEPS), (0, 1.1 * most), CURVES)
    axes.y_axis(both("how far a step moves them", "한 스텝에 움직이는 거리"))
    axes.x_axis(both("step", "스텝"), range(0, STEPS + 1, 4))
    axes.marks.append(["l", axes.x(HOLD + 0.5), axes.top, axes.x(HOLD + 0.5), axes.base, "rule"])
    for k, style in enumerate((BODY, REST)):
        points = [(step, frames[step].lengths[k]) for step in range(1, STEPS + 1)]
        axes.curve(points, f"{style} faint")
        axes.curve(points[:at], style)
        if at:
            axes.marks.append(["c", axes.x(at), axes.y(points[at - 1][1]), 4, style])
    return axes.marks


def _say(frame: Frame, at: int, way: int) -> Text:
    """Return what this step moved and what is held."""
    held = sum(map(sum, frame.held))
    if at == 0:
        return both(
            f"Nothing has moved yet, and {held:,} bytes are held.",
            f"아직 움직인 가중치가 없고, 학습 전체가 {held:,}바이트를 차지합니다.",
        )
    moved = number(frame.lengths[0], 2)
    name = {"en": f"Step {at}: ", "ko": f"스텝 {at}: "}
    if frame.lengths[0] == 0:
        en, ko = "layers 1 and 2 stand still", "첫째 층과 둘째 층은 그대로이고"
    else:
        still = way != FREE and at > HOLD
        en = f"layers 1 and 2 {'still ' * still}move by {moved}"
        ko = f"첫째 층과 둘째 층이 {'아직도 ' * still}{moved}만큼 움직이고"
    return both(
        f"{name['en']}{en}, and {held:,} bytes are held.", f"{name['ko']}{ko}, 학습 전체가 {held:,}바이트를 차지합니다."
    )


def _table(frame: Frame) -> list[list[Words]]:
    head: list[Words] = ["", both("moved", "움직인 거리"), *KINDS]
    rows: list[list[Words]] = [head]
    names = both("layers 1 and 2", "첫째 층과 둘째 층"), HEADS[2]
    for name, length, held in zip(names, frame.lengths, frame.held, strict=True):
        rows.append([name, number(length, 2), *map(str, held)])
    return rows


def frozen(title: Any = None) -> Figure:
    """Return a network of which layers 1 and 2 are held after step 8: what still moves, and the bytes that are held.

    They are held by a learning rate of 0, by gradients that are set to 0 before each step, by ``grad_req='null'``, or
    by that and a new trainer.  An edge is drawn wide that a step has moved far: blue if its weight grew, orange if it
    fell.  Of bytes, what is counted is what training needs from one step to the next: scratch is not.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("What is frozen", "무엇이 동결되었는가"))

    def compute(way: int, optimizer: int, decay: int, at: int) -> State:
        frames = training(way, optimizer, decay == 1)
        limit = LIMIT * max(float(np.abs(move).max()) for frame in frames for move in frame.moves)
        marks = _picture(frames[at], limit, at, way) + _bars(frames[at]) + _lines(frames, at)
        return State(marks, _say(frames[at], at, way), _table(frames[at]))

    controls = [
        Control("hold", "select", both("layers 1 and 2 from step 9", "9스텝부터 첫째·둘째 층에"), WAYS, RATE_0),
        Control("optimizer", "select", both("optimizer", "옵티마이저"), [name for name, *_ in OPTIMIZERS], 1),
        Control("decay", "toggle", both("weight decay", "가중치 감쇠"), ["off", "on"]),
        Control("step", "player", both("step", "스텝"), [str(step) for step in range(STEPS + 1)], HOLD + 2),
    ]
    return Figure("frozen", words, (480, 452), controls, compute, _still(), apart=("optimizer",))
