"""How `collect_params` walks over the tree of a network: step by step, what it adds and what it passes over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..block import Block
from ..parameter import Parameter
from .arguments import as_title
from .branches import Branches, Use, total
from .canvas import number
from .spec import Control, Figure, Mark, State, Text, both, several

__all__ = ["walk"]


class Step(NamedTuple):
    """A step of the walk: the block, the use that is looked at, if it has one, and what is collected after it."""

    block: str | None
    use: Use | None
    collected: list[Parameter]
    new: bool


def _steps(tree: Branches) -> Iterator[Step]:
    """Yield the steps: parents first, a block that was visited before not again."""
    collected: list[Parameter] = []
    visited: set[Block] = set()
    yield Step(None, None, [], False)
    for path, block in tree.blocks.items():
        uses = [use for use in tree.uses if use.block == path and block not in visited]
        if not uses:
            yield Step(path, None, list(collected), block not in visited)
        for use in uses:
            new = use.parameter not in collected
            collected += [use.parameter] * new
            yield Step(path, use, list(collected), new)
        visited.add(block)


def _say(tree: Branches, step: Step) -> Text:
    numbers = number(total(step.collected))
    so_far = both(
        f"The list: {several(len(step.collected), 'tensor')}, {several(numbers, 'number')}.",
        f"지금까지 텐서 {len(step.collected)}개, 원소 {numbers}개입니다.",
    )
    if step.block is None:
        found = both("The walk starts at the root of the tree.", "트리의 뿌리에서 출발합니다.")
    elif step.use is None:
        place = step.block or "net"
        kind = type(tree.blocks[step.block]).__name__
        found = both(
            f"{place} ({kind}) {'has no tensor of its own.' if step.new else 'was visited before: nothing to add.'}",
            f"{place}({kind})에는 "
            f"{'직접 가진 텐서가 없습니다.' if step.new else '이미 들렀습니다. 추가할 것이 없습니다.'}",
        )
    else:
        label, path = step.use.parameter.name, step.use.path
        verdict = both("new, so it is added", "처음 만났으므로 추가합니다")
        if not step.new:
            verdict = both("already in the list, so it is passed over", "이미 목록에 있으므로 건너뜁니다")
        found = both(f"{path} is {label}: {verdict['en']}.", f"{path}는 {label}입니다. {verdict['ko']}.")
    return both(f"{found['en']} {so_far['en']}", f"{found['ko']} {so_far['ko']}")


def _marks(tree: Branches, steps: list[Step], at: int, longest: int) -> list[Mark]:
    """Return what is done coloured, the current step strong, what is still to come in outline."""
    step = steps[at]
    seen = [before.use for before in steps[: at + 1] if before.use]
    marks = [mark for use in seen for mark in tree.line(use, f"{tree.colour(use.parameter)} thin")]
    if step.use:
        marks += tree.ways([step.use], f"{tree.colour(step.use.parameter)} way")
    elif step.block is not None:
        marks += tree.box(step.block, "chosen round")
    for parameter in step.collected:
        marks += tree.node(parameter, tree.colour(parameter)) + tree.letter(parameter)
    return marks + list(tree.bar(step.collected, 0, longest))


def walk(net: Block, title: Any = None) -> Figure:
    """Return the walk of ``collect_params()`` over a network, to be played step by step.

    Parameters
    ----------
    net : Block
        Of a very large one the walk over the first 60 blocks and 40 tensors is shown.
    title : Text, optional
    """
    words = as_title(title, both("How collect_params() walks", "collect_params()가 트리를 도는 순서"))
    tree = Branches(net)
    steps, longest = list(_steps(tree)), total(tree.order)
    base = [mark for use in tree.uses for mark in tree.line(use, "branch")] + tree.words()
    base += [mark for parameter in tree.order for mark in tree.node(parameter, "node")]
    base += tree.counts([both("collected", "모은 원소")])

    def compute(at: int) -> State:
        step = steps[at]
        rows: list[list[Any]] = [[both("order", "순서"), both("label", "이름표"), both("numbers", "원소 수")]]
        rows += [[str(i + 1), p.name, number(total([p]))] for i, p in enumerate(step.collected)]
        return State(_marks(tree, steps, at, longest), _say(tree, step), rows)

    repeated = [at for at, step in enumerate(steps) if step.block is not None and not step.new]
    start = repeated[0] - 1 if repeated else len(steps) - 1  # before the step that says something new
    control = Control("step", "player", both("step", "단계"), [str(n) for n in range(len(steps))], start)
    return Figure("walk", words, (480, tree.end(1)), [control], compute, base)
