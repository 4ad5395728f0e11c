"""Where the blocks and the tensors of a network stand: blocks from the left, every tensor one node at the right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import NamedTuple

from ..block import Block
from ..errors import SettingError
from ..parameter import Parameter
from ..summary import size_of
from .arguments import as_network
from .canvas import shape_text
from .spec import Mark, Words, both

__all__ = ["Branches", "Use", "total"]

COLOURS = "abcdef"
MOST_BLOCKS, MOST_TENSORS = 60, 40  # that are drawn: what a reader can follow
MANY = 10  # tensors: more stand closer together, without their shapes
LEFT, NODES = 8, 300  # of the root, and of the nodes
GAPS, LEAF = (24, 12), 116  # between a block and its children, if need be the smaller; what a layer needs for its words
LONGEST = 8  # letters of the name of a block
WIDE, NARROW = 11.7, 10.7  # a letter of a name, and of a word, where they are largest
BARS, BAR, BAR_ROW = 150, 236, 26  # the left of the bars, the length of the longest, their distance


class Use(NamedTuple):
    """One path to a tensor: the block that uses it, the name it has there, the tensor."""

    block: str
    name: str
    parameter: Parameter

    @property
    def path(self) -> str:
        """The path from the root of the network."""
        return f"{self.block}.{self.name}".lstrip(".")


def brief(text: str, longest: int) -> str:
    """Return a text that is at most so many letters long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def depth(path: str) -> int:
    """Return how many steps lead from the root to a block."""
    return path.count(".") + bool(path)


def root_name(net: Block) -> str:
    """Return what a network is called: as its prefix says, if it was given one that is more than a number.

    >>> from d2lparams import nn
    >>> root_name(nn.Sequential(prefix="encoder_")), root_name(nn.Sequential())
    ('encoder', 'net')
    """
    counted = re.fullmatch(rf"{type(net).__name__.lower()}\d+", net.name)
    return net.name if net.name and not counted else "net"


def _width(letters: int) -> float:
    """Return how wide a box with so many letters is."""
    return WIDE * letters + 14 if letters else 8


class Branches:
    """The tree of a network, laid out, and the marks of its parts.

    Of a very large network the first 60 blocks and 40 tensors are drawn.

    Attributes
    ----------
    blocks : dict of str to Block
        By path, parents first.
    uses : list of Use
        Every path to a tensor that is drawn, in the order of ``named_parameters()``.
    order : dict of Parameter to int
        These tensors, each once, in the order of ``collect_params()``.
    cut : bool
        Whether blocks or tensors of the network are not drawn.
    left_out : int
        How many tensors are not.
    height : float
    """

    def __init__(self, net: Block) -> None:
        self.blocks: dict[str, Block] = {}
        self.uses: list[Use] = []
        self.order: dict[Parameter, int] = {}
        self.cut = self._collect(as_network(net).named_blocks())
        if not self.uses:
            raise SettingError("The network has nothing to show: no block of it has a parameter.")
        every = {parameter for _, block in net.named_blocks(once=True) for _, parameter in block.own_parameters()}
        self.left_out = len(every) - len(self.order)
        self._root = root_name(net)
        self.row = 42 if len(self.order) <= MANY else 25
        self._leaves = self.blocks.keys() - {path.rpartition(".")[0] for path in self.blocks if path}
        self._letters, columns = self._columns()
        rows = self._rows()
        self.at = {path: (columns[depth(path)], round(rows[path], 1)) for path in self.blocks}
        self.nodes = self._nodes()
        self.height = max(*(y for _, y in self.at.values()), *self.nodes.values()) + 36 + 24 * self.cut

    def of(self, parameter: Parameter) -> list[Use]:
        """Return the uses of a tensor."""
        return [use for use in self.uses if use.parameter is parameter]

    def colour(self, parameter: Parameter) -> str:
        """Return the class of a tensor: it keeps its colour."""
        return COLOURS[self.order[parameter] % len(COLOURS)]

    def _collect(self, blocks: Iterator[tuple[str, Block]]) -> bool:
        """Take blocks and their tensors as long as there is room; return whether anything is left out."""
        for path, block in blocks:
            own = [Use(path, name, parameter) for name, parameter in block.own_parameters()]
            new = dict.fromkeys(use.parameter for use in own if use.parameter not in self.order)
            taken = {*self.order, *list(new)[: MOST_TENSORS - len(self.order)]}
            if len(self.blocks) == MOST_BLOCKS or (new and not taken - self.order.keys()):
                return True
            self.blocks[path] = block
            self.uses += [use for use in own if use.parameter in taken]
            self.order.update((p, n) for n, p in enumerate([*self.order, *new]) if p in taken)
            if new.keys() - taken:
                return True
        return False

    # ---- where things stand

    def _name(self, path: str) -> str:
        return path.rpartition(".")[2] or self._root

    def _columns(self) -> tuple[int, list[float]]:
        """Return how many letters of names there is room for, and the left of the blocks of every depth."""
        deepest = max(map(depth, self.blocks))
        inner = [
            [self._name(path) for path in self.blocks.keys() - self._leaves if depth(path) == d] for d in range(deepest)
        ]
        for letters, gap in product(range(LONGEST, -1, -1), GAPS):
            widths = [_width(min(max(map(len, names)), letters)) + gap for names in inner]
            if LEFT + sum(widths) <= NODES - LEAF:
                return letters, [round(LEFT + sum(widths[:d]), 1) for d in range(deepest + 1)]
        step = (NODES - LEAF - LEFT) / deepest
        return 0, [round(LEFT + step * d, 1) for d in range(deepest + 1)]

    def _rows(self) -> dict[str, float]:
        """Return the height of every block: one after the other where tensors are used, a parent amid its children."""
        children: dict[str, list[str]] = {path: [] for path in self.blocks}
        for path in filter(None, self.blocks):
            children[path.rpartition(".")[0]].append(path)
        rows: dict[str, float] = {}
        below = 2.0
        seen: set[Parameter] = set()
        for path in self.blocks:
            own = {use.parameter for use in self.uses if use.block == path}
            if own or not children[path]:
                room = self.row * max(len(own - seen), 1)
                rows[path] = below + room / 2
                below += room
            seen |= own
        for path in reversed(self.blocks):
            if path not in rows:
                rows[path] = (rows[children[path][0]] + rows[children[path][-1]]) / 2
        return rows

    def _nodes(self) -> dict[Parameter, float]:
        """Return the height of every tensor: amid the blocks that use it, one under the other."""
        middles = {}
        for parameter in self.order:
            heights = [self.at[use.block][1] for use in self.of(parameter)]
            middles[parameter] = sum(heights) / len(heights)
        nodes, top = {}, 2.0
        for middle, group in groupby(sorted(self.order, key=lambda p: (middles[p], self.order[p])), key=middles.get):
            mates = list(group)
            top = max(top, (middle or 0.0) - self.row * len(mates) / 2)
            for parameter in mates:
                nodes[parameter] = round(top + self.row / 2, 1)
                top += self.row
        return nodes

    def _label(self, path: str) -> str:
        """Return what stands in the box of a block: its name, as far as there is room."""
        name = self._name(path)
        return brief(name, self._letters) if self._letters > 1 or len(name) == self._letters else ""

    def _end(self, path: str) -> float:
        """Return where the box of a block ends."""
        return round(self.at[path][0] + _width(len(self._label(path))), 1)

    def _kind(self, path: str) -> str:
        return brief(type(self.blocks[path]).__name__, max(1, int((NODES - 34 - self._end(path)) / NARROW)))

    # ---- what is drawn

    def branch(self, path: str, style: str) -> list[Mark]:
        """Return the line from the parent of a block to the block; the root has none."""
        parent = path.rpartition(".")[0]
        return [["l", self._end(parent), self.at[parent][1], *self.at[path], style]] if path else []

    def box(self, path: str, style: str) -> list[Mark]:
        """Return the box of a block."""
        x, y = self.at[path]
        return [["r", x, round(y - 12, 1), round(self._end(path) - x, 1), 24, style]]

    def line(self, use: Use, style: str) -> list[Mark]:
        """Return the line from a block to a tensor that it uses."""
        x = self._end(use.block) + NARROW * len(self._kind(use.block)) + 10
        return [["l", round(x, 1), self.at[use.block][1], NODES, self.nodes[use.parameter], style]]

    def node(self, parameter: Parameter, style: str) -> list[Mark]:
        """Return the node of a tensor."""
        return [["c", NODES, self.nodes[parameter], 11, style]]

    def letter(self, parameter: Parameter) -> list[Mark]:
        """Return the letter in the node of a tensor, for readers who do not see its colour."""
        n = self.order[parameter]
        return [["t", NODES, self.nodes[parameter] + 4, "middle", chr(65 + n) if n < 26 else str(n), "letter"]]

    def ways(self, uses: Sequence[Use], style: str) -> list[Mark]:
        """Return the whole paths from the root to tensors, with the boxes on them marked."""
        steps = [use.block.split(".") if use.block else [] for use in uses]
        above = dict.fromkeys(".".join(names[:n]) for names in steps for n in range(len(names) + 1))
        lines = [mark for path in above for mark in self.branch(path, style)]
        lines += [mark for use in uses for mark in self.line(use, style)]
        return lines + [mark for path in above for mark in self.box(path, "chosen round")]

    def words(self) -> list[Mark]:
        """Return branches, boxes and all words but the letters: what does not change."""
        marks = [mark for path in self.blocks for mark in self.branch(path, "branch")]
        users = {use.block for use in self.uses}
        for path, (x, y) in self.at.items():
            marks += self.box(path, "block round")
            marks.append(["t", x + 7, y + 5, "start", self._label(path), "code"])
            if path in users:
                marks.append(["t", self._end(path) + 5, y + 5, "start", self._kind(path), "label note"])
        few = len(self.order) <= MANY
        for parameter, y in self.nodes.items():
            marks.append(["t", NODES + 16, y + (-3 if few else 5), "start", brief(parameter.name, 20), "code"])
            if few:
                marks.append(["t", NODES + 16, y + 15, "start", shape_text(parameter.shape), "tick"])
        if self.cut:
            n = self.left_out
            rest = both(
                f"… the tree goes on, with {f'{n:,} more' if n else 'the same'} tensors. Counted is what is drawn.",
                f"… 트리는 더 이어지고, {f'텐서가 {n:,}개 더' if n else '같은 텐서가 또'} 나옵니다. 그린 것만 셉니다.",
            )
            marks.append(["t", LEFT, self.height - 16, "start", rest, "label"])
        return marks

    def counts(self, names: Sequence[Words]) -> list[Mark]:
        """Return what the bars under the tree count; of several the first name grows upward and the last downward."""
        ways = ["amid"] if len(names) == 1 else ["above", *["amid"] * (len(names) - 2), "below"]
        return [
            ["t", BARS - 10, self.height + BAR_ROW * row + 14, "end", words, f"label {way}"]
            for row, (words, way) in enumerate(zip(names, ways, strict=True))
        ]

    def end(self, bars: int) -> int:
        """Return the height of a drawing with so many bars under the tree."""
        return round(self.height + BAR_ROW * bars + (6 if bars == 1 else 22))

    def bar(self, counted: Sequence[Parameter], row: int, longest: int) -> Iterator[Mark]:
        """Yield a bar under the tree with a piece for each tensor that is counted, where `longest` numbers fill it."""
        x = float(BARS)
        for parameter in counted:
            width = BAR * size_of(parameter) / max(longest, 1)
            if width > 0.2:
                y = self.height + BAR_ROW * row
                yield ["r", round(x, 1), y, round(width, 1), 18, f"{self.colour(parameter)} square"]
            x += width
        yield ["t", round(x + 8, 1), self.height + BAR_ROW * row + 14, "start", f"{total(counted):,}", "code strong"]


def total(counted: Iterable[Parameter]) -> int:
    """Return how many numbers these tensors hold."""
    return sum(map(size_of, counted))
