"""Two paths, one node: the tree of a network in which a tied tensor is one node with a line from each of its users."""

from __future__ import annotations

from typing import Any

from ..block import Block
from ..parameter import Parameter
from .arguments import as_title
from .branches import Branches, Use, total
from .canvas import number, shape_text
from .spec import Control, Figure, Mark, State, Text, both, several

__all__ = ["paths"]

NAMED = 6  # paths of one tensor that a sentence names


def _counts(tree: Branches) -> list[tuple[Text, list[Parameter]]]:
    """Return the ways to count, each with the tensors that it counts: along every path, and each once."""
    along, once = [use.parameter for use in tree.uses], list(tree.order)
    if len(along) == len(once):
        return [(both("all tensors", "모든 텐서"), once)]
    return [(both("by path", "경로별"), along), (both("by tensor", "텐서별"), once)]


def _base(tree: Branches) -> list[Mark]:
    marks = [mark for use in tree.uses for mark in tree.line(use, f"{tree.colour(use.parameter)} thin")]
    marks += tree.words() + [mark for p in tree.order for mark in tree.node(p, tree.colour(p)) + tree.letter(p)]
    counts = _counts(tree)
    for row, (_, counted) in enumerate(counts):
        marks += tree.bar(counted, row, total(counts[0][1]))
    return marks + tree.counts([words for words, _ in counts])


def _table(tree: Branches) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [both("path", "경로"), both("label", "이름표"), both("shape", "형상"), both("numbers", "원소 수")]
    ]
    rows += [[use.path, p.name, shape_text(p.shape), number(total([p]))] for use in tree.uses for p in [use.parameter]]
    return rows + [[words, "", "", number(total(counted))] for words, counted in _counts(tree)]


def _say(parameter: Parameter, uses: list[Use], cut: bool) -> Text:
    size, shape = number(total([parameter])) if parameter.complete else "?", shape_text(parameter.shape)
    numbers = several(size, "number")
    listed = ", ".join(use.path for use in uses[:NAMED]) + (", …" if len(uses) > NAMED else "")
    many = len(uses) > 1
    en = f"{'At least ' * cut}{len(uses)} paths lead to it: {listed}" if many else f"Its path is {listed}"
    ko = f"이 텐서에 이르는 경로가 {'적어도 ' * cut}{len(uses)}개입니다: {listed}" if many else f"경로는 {listed}입니다"
    return both(
        f"{parameter.name} has shape {shape}, {numbers}. {en}.",
        f"{parameter.name}의 형상은 {shape}이고 원소는 {size}개입니다. {ko}.",
    )


def paths(net: Block, title: Any = None) -> Figure:
    """Return the tree of a network in which tied paths meet in one node, with its numbers counted below.

    Parameters
    ----------
    net : Block
        Of a very large one the first 60 blocks and 40 tensors are drawn; the figure says how many tensors are not.
    title : Text, optional
    """
    words = as_title(title, both("Every path to every tensor", "텐서로 가는 모든 경로"))
    tree = Branches(net)
    tensors, table = list(tree.order), _table(tree)

    def compute(which: int) -> State:
        parameter = tensors[which]
        colour, uses = tree.colour(parameter), tree.of(parameter)
        marks = tree.ways(uses, f"{colour} way")
        marks += tree.node(parameter, f"{colour} ring") + tree.letter(parameter)
        return State(marks, _say(parameter, uses, tree.cut), table)

    control = Control("tensor", "slider", both("tensor", "텐서"), [parameter.name for parameter in tensors])
    return Figure("paths", words, (480, tree.end(len(_counts(tree)))), [control], compute, _base(tree))
