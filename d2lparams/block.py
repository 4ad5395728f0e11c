"""`Block`: a part of a network, made of parameters and of other blocks.

Assigning a block to an attribute makes it a child; assigning a `Parameter` registers it.  So every network is a tree,
and a parameter has two names: its label (``dense0_weight``), printed and selected by, and its structural path
(``0.weight``), the attributes on the way from the root, by which it is saved.  A parameter that is reached by two
paths is tied: one object, used twice.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, ClassVar, NamedTuple, Self

from . import errors, naming
from .checks import as_dtype
from .collection import ParameterDict, agreement
from .errors import FREEZING, KnownNames, answers, listed, nearest, shown, warn
from .files import LoadReport, Location, load_block, paths_of, save_block
from .init import Init
from .naming import NameManager
from .parameter import Parameter, cast_all, merge_shapes
from .summary import Summary, summarize_block


class Handle:
    """A registered hook; `detach` removes it."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        if not callable(hook):
            raise errors.RegistrationError(f"A hook is a function, called at every forward pass, got {shown(hook)}.")
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def detach(self) -> None:
        """Remove the hook; a second call does nothing."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
        self._hooks = []  # the same function may be registered again, by another handle


class Block(KnownNames):
    """A part of a network; derive from it and write `forward`.

    Parameters
    ----------
    prefix : str, optional
        In front of the names of this block's parameters; by default the class name and a number.
    params : ParameterDict or Block, optional
        Parameters to share, such as ``other.params``: a parameter of the same name is taken from there instead of being
        made, and every child shares with the child of the same name there, so the whole tree below is shared.

    Examples
    --------
    >>> from d2lparams import nd, nn
    >>> class Twice(nn.Block):
    ...     def __init__(self, **kwargs):
    ...         super().__init__(**kwargs)
    ...         self.dense = nn.Dense(4, in_units=4)
    ...     def forward(self, x):
    ...         return self.dense(self.dense(x))
    >>> net = Twice()
    >>> net.initialize()
    >>> net(nd.ones((2, 4))).shape
    (2, 4)
    """

    _children: dict[str, Block]
    _params: ParameterDict  # the parameters of this block itself; attributes are names for them
    _prefix: str
    _scope: NameManager | None
    _hooks: tuple[list[Callable[..., object]], list[Callable[..., object]]]
    _elsewhere: ClassVar = answers({
        f"grad_req {FREEZING}": "A network is frozen by collect_params().setattr('grad_req', 'null'), "
        "one parameter by p.grad_req = 'null'.",
        "parameters": "They are collect_params(), with their paths named_parameters().",
        "state_dict": "save_parameters(file) writes all values, load_parameters(file) reads them.",
        "load_state_dict": "load_parameters(file) reads all values.",
        "train": "There is no such mode of a network: inside autograd.record() layers behave as in training.",
        "eval": "There is no such mode of a network: outside autograd.record() layers behave as in prediction.",
        "children": "They are named_children(), all below named_blocks().",
        "modules named_modules": "They are called named_blocks().",
        "register_parameter": "Assign it: self.weight = self.params.get('weight', shape=...).",
        "register_buffer": "It is called params.get_constant(name, value).",
        "weights": "They are collect_params('.*weight').", "layers": "net[0] is the first, list(net) all.",
        "half float double": "cast('float16') converts it, and so do 'float32' and 'float64'.",
        "to": "There are no devices; cast('float64') converts a network.",
        "hybridize": "Every network runs as it is written; leave this out.",
        "compile": "There is nothing to compile; Trainer(net.collect_params(), 'sgd') takes the optimizer.",
        "fit": "A loop of record(), backward() and trainer.step(batch_size) trains a network.",
        "backward": "The loss has it: inside autograd.record() compute loss(net(x), y), then call its backward().",
        "save": "It is called save_parameters(file).", "load": "It is called load_parameters(file).",
        "append": "Sequential has add(layer).", "weight": "Its layers have them: net[0].weight.",
    })  # fmt: skip

    def __init__(self, prefix: str | None = None, params: ParameterDict | Block | None = None, **unknown: Any) -> None:
        refuse_settings(type(self), unknown)
        shared = params.params if isinstance(params, Block) else params
        if shared is not None and not isinstance(shared, ParameterDict):
            raise errors.RegistrationError(
                f"params= takes what another block has, shared.params, not {type(shared).__name__}."
            )
        full = naming.current().prefix_for(type(self).__name__.lower(), prefix)
        self.__dict__.update(  # not by assignment: __setattr__ needs what is set here
            _children={},
            _hooks=([], []),
            _prefix=full,
            _scope=NameManager(full) if prefix != "" else None,
            _params=ParameterDict(full if shared is None else shared.prefix, shared),
        )

    @property
    def prefix(self) -> str:
        """What the names of this block's parameters begin with."""
        return self._prefix

    @property
    def name(self) -> str:
        """The prefix without its last underscore."""
        return self.prefix.removesuffix("_")

    def name_scope(self) -> NameManager:
        """Inside ``with block.name_scope():`` new blocks get this block's prefix and numbers of their own."""
        return self._scope or naming.current()

    # ---- what it is made of

    def _no_such(self, name: str, what: str = "") -> errors.MissingNameError:
        if "_children" not in self.__dict__:
            what = "is not there before the block is made: call super().__init__(**kwargs) first in __init__."
        return super()._no_such(name, what)

    def __setattr__(self, name: str, value: Any) -> None:
        kind = type(self)
        if "_children" not in self.__dict__:
            raise errors.RegistrationError(
                f"{kind.__name__}.{name} was set too early: call super().__init__(**kwargs) first in __init__."
            )
        if isinstance(getattr(kind, name, None), property):
            return super().__setattr__(name, value)  # it decides for itself; those of Block cannot be set
        if name in ("grad_req", *FREEZING.split()) and not hasattr(kind, name):
            raise self._no_such(name)
        before = self.__dict__.get(name)
        held = next((held for held in (Block, Parameter) if isinstance(before, held)), None)
        if held and not isinstance(value, held):
            raise errors.RegistrationError(
                f"{kind.__name__}.{name} holds a {type(before).__name__} and cannot become a {type(value).__name__}: "
                "it would silently leave the network. The values of a parameter are replaced by "
                f"{name}.set_data(values); for anything else use another attribute, or del this one first."
            )
        if isinstance(value, Block):
            self._add_children({name: value})
        elif isinstance(value, Parameter):
            self._add_parameter(name, value, before if isinstance(before, Parameter) else None)
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self.__dict__:
            raise self._no_such(name)
        before = self.__dict__.pop(name)
        self._children.pop(name, None)
        ParameterDict.changes += 1
        if isinstance(before, Parameter) and self._only(name, before):
            self._params.discard(before)

    def _add_parameter(self, name: str, parameter: Parameter, before: Parameter | None) -> None:
        if before is not None and before.shape is not None and parameter.shape is not None:
            merge_shapes(before.shape, parameter.shape, f"{parameter.name}, which replaces {before.name},")
        self._params.add(parameter, before if self._only(name, before) else None, self._params.prefix)

    def _only(self, name: str, parameter: Parameter | None) -> bool:
        """Return whether no attribute but `name` holds a parameter."""
        return not any(value is parameter and key != name for key, value in vars(self).items())

    def register_child(self, block: Block, name: str | None = None) -> None:
        """Make `block` a child under `name`, by default the number of children so far."""
        self._add_children({free_name(self._children, name): block})

    def _add_children(self, children: Mapping[str, Block]) -> None:
        """Take new children, all or none."""
        for name, block in children.items():
            check_child(self, block, name)
        ties = [tie for name, block in children.items() for tie in ties_of(self, name, block)]
        for tie in ties:
            tie.make()
        self._children.update(children)
        ParameterDict.changes += 1

    def named_children(self) -> Iterator[tuple[str, Block]]:
        """Yield the name and the block of every child, in the order of registration."""
        yield from self._children.items()

    def named_blocks(self, once: bool = False) -> Iterator[tuple[str, Block]]:
        """Yield the path and the block of this block (its path is empty) and of all below it, parents first.

        Parameters
        ----------
        once : bool
            Go below a block that is used at several places only at the first of them; at the others it is yielded
            alone.  Otherwise every path comes, whose number may double with each level.
        """
        entered: set[Block] = set()
        waiting: list[tuple[str, Block]] = [("", self)]
        while waiting:
            path, block = waiting.pop()
            yield path, block
            if not (once and block in entered):
                entered.add(block)
                below = f"{path}." if path else ""
                waiting += [(below + name, child) for name, child in reversed(block._children.items())]

    @property
    def params(self) -> ParameterDict:
        """The parameters of this block itself, without those of its children."""
        return self._params.of(self)

    def own_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Yield the local name and the parameter of every use by this block itself."""
        attributes: dict[Parameter, list[str]] = {}
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                attributes.setdefault(value, []).append(name)
        for label, parameter in self._params.items():
            for name in attributes.get(parameter) or [label.removeprefix(self._params.prefix)]:
                yield name, parameter

    def named_parameters(self, once: bool = False) -> Iterator[tuple[str, Parameter]]:
        """Yield the structural path and the parameter of every use; `once` is that of `named_blocks`."""
        for path, block in self.named_blocks(once):
            for name, parameter in block.own_parameters():
                yield f"{path}.{name}" if path else name, parameter

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """Return the parameters of this block and all blocks below it, each once, in structural order.

        Parameters
        ----------
        select : str, optional
            A regular expression that a name has to match from its start, such as ``'.*weight'``.

        Raises
        ------
        NameConflictError, PatternError
            If two different parameters have one name; if `select` is no regular expression.
        """
        blocks = dict.fromkeys(block for _, block in self.named_blocks(once=True))
        warn_of_hidden(blocks.keys())
        found: dict[str, Parameter] = {}
        for block in blocks:
            for parameter in block._params.values():
                if found.setdefault(parameter.name, parameter) is not parameter:
                    raise self._conflict(found[parameter.name], parameter)
        collected = ParameterDict(self._params.prefix, block=self)
        collected._parameters = found
        return collected if select is None else collected.select(select)

    def _conflict(self, one: Parameter, other: Parameter) -> errors.NameConflictError:
        first, second = (next(path for path, known in self.named_parameters() if known is p) for p in (one, other))
        return errors.NameConflictError(
            f"Two different parameters are called {one.name}: the ones at {first} and at {second}. Names "
            "identify parameters. Give one of the layers another prefix=, make them in a name_scope(), or tie "
            "them with params= if they are meant to be one."
        )

    def tied_groups(self) -> list[list[str]]:
        """Return, for every parameter used more than once, the structural paths that lead to it."""
        return [group for group in paths_of(self.named_parameters()).values() if len(group) > 1]

    def initialize(self, init: Init = None, force_reinit: bool = False, ctx: object = None) -> None:
        """Give every parameter initial values, as soon as its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            For parameters without one of their own: weights use it (by default `Uniform(0.07)`), biases become 0.
        force_reinit : bool
            Replace values that are there already.
        ctx : None
            There are no devices.
        """
        self.collect_params().initialize(init, force_reinit, ctx)

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to zero."""
        self.collect_params().zero_grad()

    def cast(self, dtype: Any) -> Self:
        """Convert the real numbers of all parameters to another dtype and return the block; integers stay."""
        target = as_dtype(dtype, "A network")
        if target.kind != "f":
            raise errors.DTypeError(
                f"A network computes with real numbers, and {target} would cut off their fractions. Nothing was "
                "changed. Cast to float16, float32 or float64; a parameter of integers has p.cast()."
            )
        cast_all([p for p in self.collect_params().values() if p.dtype.kind == "f"], target)
        return self

    def apply(self, function: Callable[[Block], object]) -> Self:
        """Call `function` on every block once, children first, and return this block."""
        entered: set[Block] = set()
        waiting: list[tuple[Block, bool]] = [(self, False)]  # each with whether those below it are done
        while waiting:
            block, ready = waiting.pop()
            if ready:
                function(block)
            elif block not in entered:
                entered.add(block)
                waiting.append((block, True))
                waiting += [(child, False) for child in reversed(block._children.values())]
        return self

    # ---- computing

    def __call__(self, *inputs: Any, **settings: Any) -> Any:
        """Run the hooks and `forward`."""
        before, after = self._hooks
        for hook in (*before,) if before else ():
            hook(self, inputs)
        try:
            output = self.forward(*inputs, **settings)
        except (TypeError, RecursionError) as error:
            check_call(self, inputs, settings, error)
            raise
        for hook in (*after,) if after else ():
            hook(self, inputs, output)
        return output

    def _unwritten(self, *inputs: Any) -> Any:
        """Compute the output; a class of your own has to write this, as ``forward(self, x)``."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(self, x). Write what it computes.")

    forward: Callable[..., Any] = _unwritten

    def register_forward_pre_hook(self, hook: Callable[[Block, tuple[Any, ...]], object]) -> Handle:
        """Call ``hook(block, inputs)`` before every forward pass."""
        return Handle(self._hooks[0], hook)

    def register_forward_hook(self, hook: Callable[[Block, tuple[Any, ...], Any], object]) -> Handle:
        """Call ``hook(block, inputs, output)`` after every forward pass."""
        return Handle(self._hooks[1], hook)

    def summary(self, *inputs: Any) -> Summary:
        """Return a table of the blocks below this one: output shapes, parameters, ties.

        Parameters
        ----------
        *inputs
            A batch to run through the network; without it the column of output shapes stays empty.
        """
        return summarize_block(self, inputs)

    def save_parameters(self, file: Location) -> None:
        """Write all values under their structural paths; a tied parameter once, with its other paths noted.

        Parameters
        ----------
        file : path
            Ending in ``.safetensors`` or ``.npz``.
        """
        save_block(self.named_parameters(), file)

    def load_parameters(
        self,
        file: Location,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        only_matching: bool = False,
    ) -> LoadReport:
        """Read values by structural path, and return a report of what was loaded and what was not.

        Everything is checked and converted first: on an error nothing has changed.

        Parameters
        ----------
        file : path
            A safetensors or npz file.
        allow_missing : bool
            Leave parameters alone that the file does not hold.
        ignore_extra : bool
            Ignore arrays that the network has no parameter for.
        cast_dtype : bool
            Convert arrays of another dtype instead of refusing them.
        only_matching : bool
            Take what matches in name and shape, and leave everything else as it is.

        Raises
        ------
        FileFormatError
            If the file is damaged, or holds types that are not read.
        LoadError
            If file and network do not fit, if a value cannot be converted, or if nothing at all would be loaded.
        """
        return load_block(self.named_parameters(), file, allow_missing, ignore_extra, cast_dtype, only_matching)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy and pickle take: everything but the hooks, whose handles belong to this block."""
        return {**self.__dict__, "_hooks": ([], [])}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        def copied(block: Block) -> None:
            if id(block) not in memo and type(block).__deepcopy__ is Block.__deepcopy__:
                memo[id(block)] = twin = object.__new__(type(block))
                twin.__setstate__(copy.deepcopy(block.__getstate__(), memo))

        self.apply(copied)  # children first: no depth of nesting is too deep for it
        twin: Self = memo[id(self)]
        return twin

    def __repr__(self) -> str:
        lines = [f"  ({name}): {child!r}".replace("\n", "\n  ") for name, child in self._children.items()]
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"


# ---- lessons

CALLED_HERE = {
    "bias": "use_bias", "kernel_initializer": "weight_initializer", "init": "weight_initializer",
    "in_features": "in_units", "input_size": "in_units", "in_channels": "in_units", "normalized_shape": "in_units",
    "out_features": "units", "num_embeddings": "input_dim", "embedding_dim": "output_dim", "p": "rate",
    "eps": "epsilon", "name": "prefix",
}  # fmt: skip


def refuse_settings(kind: type[Block], settings: dict[str, Any]) -> None:
    """Raise `RegistrationError` if a block was given keywords that it does not know."""
    for word in settings:
        known = inspect.signature(kind).parameters.keys() - {"unknown", "others", "kwargs"} | {"prefix", "params"}
        here = CALLED_HERE.get(word)
        hint = f"It is called {here} here." if here in known else nearest(word, known)
        raise errors.RegistrationError(f"{kind.__name__} takes no {shown(word)}. {hint}")


def check_call(block: Block, inputs: tuple[Any, ...], settings: dict[str, Any], error: Exception) -> None:
    """Raise the lesson for a call that `forward` does not take, or that went too deep; other errors are its own."""
    if isinstance(error, RecursionError):
        raise errors.RegistrationError(
            f"{type(block).__name__} calls blocks inside blocks deeper than Python allows (sys.getrecursionlimit()). "
            "Put the layers side by side into one Sequential, or raise the limit with sys.setrecursionlimit()."
        ) from error
    if isinstance(error, errors.D2LError):
        return
    signature = inspect.signature(block.forward)
    try:
        signature.bind(*inputs, **settings)
    except TypeError:
        takes = [p for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        number = len([p for p in takes if p.default is p.empty])
        given = "".join(f" and {word}=" for word in settings)
        raise errors.DTypeError(
            f"{type(block).__name__} takes {number} input{'s'[: number != 1]}, got {len(inputs)}{given}. It is "
            f"forward{signature}."
        ) from None


def free_name(children: Mapping[str, Any], asked: Any) -> str:
    """Return the name under which a new child is kept: the one asked for, else the first number that is free."""
    if asked is None:
        return next(str(n) for n in count(len(children)) if str(n) not in children)
    if not isinstance(asked, str) or asked in children:
        raise errors.RegistrationError(f"A child needs a name of its own, got {shown(asked)} among {listed(children)}.")
    return asked


def check_child(parent: Block, child: Any, name: Any) -> None:
    """Raise `RegistrationError` unless `child` is a block that does not hold `parent`, and `name` fits into a path."""
    if not isinstance(name, str) or not name or "." in name:
        raise errors.RegistrationError(f"A child needs a name of its own, without dots (of paths), got {shown(name)}.")
    if not isinstance(child, Block):
        raise errors.RegistrationError(
            f"Only blocks can be children, got {type(child).__name__} {shown(child)}. Nothing was added. "
            "Make a layer of it first, for example nn.Dense(10)."
        )
    if child._children and any(part is parent for _, part in child.named_blocks(once=True)) or child is parent:
        raise errors.RegistrationError(
            f"{type(parent).__name__} cannot hold itself as {name!r}: a network is a tree, and its forward pass would "
            "never end. Make a second block, and tie the two with params= if they are to share."
        )


class Tie(NamedTuple):
    """How a block comes to use the parameters of its twin: for each of its own the other, and what both agree on."""

    block: Block
    twin: Block
    others: dict[Parameter, Parameter]
    agreed: dict[Parameter, tuple[Any, Any]]

    def make(self) -> None:
        """Tie the two; this cannot fail."""
        for other, (shape, initializer) in self.agreed.items():
            other._shape, other.init = shape, initializer
        params = ParameterDict(self.twin._params.prefix, self.twin.params)
        params.update({other.name: other for other in self.others.values()})
        attributes = {name: self.others[p] for name, p in vars(self.block).items() if isinstance(p, Parameter)}
        self.block.__dict__.update(attributes, _params=params)


def ties_of(parent: Block, name: str, child: Block) -> Iterator[Tie]:
    """Yield how a new child comes to share the parameters of the child of that name where `parent` shares its own.

    Raises
    ------
    RegistrationError, ShapeError, NameConflictError
        If a parameter of the child cannot be shared: it would have gone its own way, without a word.
    """
    shared = parent._params.shared
    if shared is None:
        return
    place = f"{type(parent).__name__} shares the parameters of {shared.prefix.removesuffix('_') or 'another block'}"
    given = set(shared.values())
    for path, block in child.named_blocks(once=True):
        twin = shared.block
        for step in (name, *filter(None, path.split("."))):
            twin = None if twin is None else twin._children.get(step)
        theirs = {} if twin is None else dict(twin.own_parameters())
        tie = Tie(block, block if twin is None else twin, {}, {})
        for local, parameter in block.own_parameters():
            other, at = theirs.get(local), ".".join(filter(None, (name, path, local)))
            if other is None and parameter not in given:
                raise errors.RegistrationError(
                    f"{place}, where there is no parameter {at} to share. Share with a network of the same kind, "
                    "params=other.params, or layer by layer: nn.Dense(8, params=other[0].params)."
                )
            if parameter.state == "ready" and parameter is not other and parameter not in given:
                raise errors.RegistrationError(f"{place}, but {at} holds values of its own, which would be lost.")
            if other is not None:
                tie.others[parameter], tie.agreed[other] = other, agreement(other, parameter, ["dtype"])
        if twin is not None:
            yield tie


def warn_of_hidden(blocks: Any) -> None:
    """Warn of every public attribute of a block, a list, tuple or dict, with blocks that the network lacks."""
    for block in blocks:
        for name, value in vars(block).items():
            if type(value) in (list, tuple, dict) and name[0] != "_" and any(b not in blocks for b in _inside(value)):
                warn(
                    f"{type(block).__name__}.{name} is a {type(value).__name__} that holds blocks. Blocks in plain "
                    "containers are no part of the network: their parameters are not initialized, trained or "
                    "saved. Put them into an nn.Sequential, or call register_child()."
                )


def _inside(container: Any) -> Iterator[Block]:
    for item in container.values() if type(container) is dict else container:
        if isinstance(item, Block):
            yield item
        elif type(item) in (list, tuple, dict):
            yield from _inside(item)
