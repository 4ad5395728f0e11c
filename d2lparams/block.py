"""`Block`: a part of a network, made of parameters and of other blocks.

Assigning a block to an attribute makes it a child; assigning a `Parameter` registers it.  So every network is a tree,
and a parameter has two names: its label (``dense0_weight``), printed and selected by, and its structural path
(``0.weight``), the attributes on the way from the root, by which it is saved.  A parameter that is reached by two
paths is tied: one object, used twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from . import naming
from .checks import as_dtype
from .collection import ParameterDict
from .errors import DTypeError, NameConflictError, RegistrationError, warn
from .files import LoadReport, Location, load_block, save_block
from .init import Initializer
from .naming import NameManager
from .parameter import Parameter, initialize_all
from .summary import Summary, summarize_block

__all__ = ["Block"]


class Handle:
    """A registered hook; `detach` removes it."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        if not callable(hook):
            raise RegistrationError(f"A hook is a function that is called at every forward pass, got {hook!r:.60}.")
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def detach(self) -> None:
        """Remove the hook; a second call does nothing."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
        self._hooks = []  # the same function may be registered again, by another handle


class Block:
    """A part of a network; derive from it and write `forward`.

    Parameters
    ----------
    prefix : str, optional
        In front of the names of this block's parameters; by default the class name and a number.
    params : ParameterDict or Block, optional
        Parameters to share: a parameter of the same name is taken from there instead of being made.

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
    _registered: dict[str, Parameter]
    _params: ParameterDict
    _prefix: str
    _scope: NameManager | None
    _hooks: tuple[list[Callable[..., object]], list[Callable[..., object]]]

    def __init__(self, prefix: str | None = None, params: ParameterDict | Block | None = None) -> None:
        shared = params.params if isinstance(params, Block) else params
        if shared is not None and not isinstance(shared, ParameterDict):
            raise RegistrationError(
                f"params= takes the parameters of another block, such as shared.params, got {type(shared).__name__}."
            )
        full = naming.current().prefix_for(type(self).__name__.lower(), prefix)
        self.__dict__.update(  # not by assignment: __setattr__ needs what is set here
            _children={},
            _registered={},
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

    def __setattr__(self, name: str, value: Any) -> None:
        if "_children" not in self.__dict__:
            raise RegistrationError(
                f"{type(self).__name__}.{name} was set before the block was made. "
                "Call super().__init__(**kwargs) first in __init__."
            )
        before = self.__dict__.get(name)
        if isinstance(getattr(type(self), name, None), property):
            return object.__setattr__(self, name, value)  # it decides for itself; those of Block cannot be set
        kind = next((kind for kind in (Block, Parameter) if isinstance(before, kind)), None)
        if kind and not isinstance(value, kind):
            raise RegistrationError(
                f"{type(self).__name__}.{name} holds a {type(before).__name__} and cannot become a "
                f"{type(value).__name__}: the parameters would silently leave the network. Use another attribute."
            )
        if isinstance(value, Block):
            self._adopt(name, value)
        elif isinstance(value, Parameter):
            self._register(name, value, before)
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        parameter = self._registered.get(name)
        object.__delattr__(self, name)
        self._children.pop(name, None)
        self._registered.pop(name, None)
        if parameter is not None and parameter not in self._registered.values():
            self._params.discard(parameter)

    def _adopt(self, name: str, block: Block) -> None:
        check_child(self, block, name, Block)
        self._children[name] = block

    def _register(self, name: str, parameter: Parameter, before: Parameter | None) -> None:
        others = [p for key, p in self._registered.items() if key != name]
        if before is not None and before is not parameter and before not in others:
            self._params.discard(before)
        try:
            self._params.add(parameter)
        except NameConflictError:
            if before is not None:
                self._params.add(before)
            raise
        self._registered[name] = parameter

    def register_child(self, block: Block, name: str | None = None) -> None:
        """Make `block` a child under `name`, by default the number of children so far."""
        self._adopt(free_name(self._children, name), block)

    def named_children(self) -> Iterator[tuple[str, Block]]:
        """Yield the name and the block of every child, in the order of registration."""
        yield from self._children.items()

    @property
    def params(self) -> ParameterDict:
        """The parameters of this block itself, without those of its children."""
        return self._params

    def _own(self) -> Iterator[tuple[str, Parameter]]:
        yield from self._registered.items()
        registered = set(self._registered.values())
        if len(registered) < len(self._params):  # made by params.get() and kept under no attribute
            for name, parameter in self._params.items():
                if parameter not in registered:
                    yield name.removeprefix(self._params.prefix), parameter

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Yield the structural path and the parameter of every use: a tied one comes once for each path."""
        yield from self._own()
        for name, child in self._children.items():
            for path, parameter in child.named_parameters():
                yield f"{name}.{path}", parameter

    def _all_parameters(self, into: list[Parameter]) -> list[Parameter]:
        into.extend(self._registered.values())
        into.extend(self._params.values())  # those made by params.get() may be kept under no attribute
        warn_of_hidden(self, self._children, Block)
        for child in self._children.values():
            child._all_parameters(into)
        return into

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
        found = ParameterDict(self._params.prefix)
        try:
            for parameter in self._all_parameters([]):
                found.add(parameter)
        except NameConflictError:
            raise NameConflictError(conflict_lesson(self.named_parameters())) from None
        return found.select(select) if select else found

    def tied_groups(self) -> list[list[str]]:
        """Return, for every parameter used more than once, the structural paths that lead to it."""
        paths: dict[Parameter, list[str]] = {}
        for path, parameter in self.named_parameters():
            paths.setdefault(parameter, []).append(path)
        return [group for group in paths.values() if len(group) > 1]

    def initialize(self, init: Initializer | str | None = None, force_reinit: bool = False) -> None:
        """Give every parameter initial values, as soon as its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            For parameters without one of their own: weights use it (by default `Uniform(0.07)`), biases become 0.
        force_reinit : bool
            Replace values that are there already.
        """
        initialize_all(self.collect_params().values(), init, force_reinit)

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to zero."""
        self.collect_params().zero_grad()

    def cast(self, dtype: Any) -> Self:
        """Convert all parameters to another dtype and return the block."""
        target = as_dtype(dtype, "A network")
        for parameter in self.collect_params().values():
            parameter.cast(target)
        return self

    def apply(self, function: Callable[[Block], object]) -> Self:
        """Call `function` on every block, children first, and return this block."""
        for child in self._children.values():
            child.apply(function)
        function(self)
        return self

    def __call__(self, *inputs: Any) -> Any:
        """Run the hooks and `forward`."""
        before, after = self._hooks
        if not before and not after:
            return self.forward(*inputs)
        for hook in (*before,):
            hook(self, inputs)
        output = self.forward(*inputs)
        for hook in (*after,):
            hook(self, inputs, output)
        return output

    def _take(self, inputs: tuple[Any, ...], count: int = 1) -> Any:
        """Return the inputs of a forward pass if there are `count` of them, a single one without its tuple."""
        if len(inputs) != count:
            raise DTypeError(f"{type(self).__name__} takes {count} input{'s'[: count > 1]}, got {len(inputs)}.")
        return inputs[0] if count == 1 else inputs

    def forward(self, *inputs: Any) -> Any:
        """Compute the output; a class of your own has to write this."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(self, x). Write what it computes.")

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

    def __repr__(self) -> str:
        lines = [f"  ({name}): {child!r}".replace("\n", "\n  ") for name, child in self._children.items()]
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"


def free_name(children: Mapping[str, Any], asked: Any) -> str:
    """Return the name under which a new child is kept: the one asked for, else the first number that is free."""
    if asked is None:
        number = len(children)
        while str(number) in children:
            number += 1
        return str(number)
    if not isinstance(asked, str) or not asked or "." in asked or asked in children:
        raise RegistrationError(
            f"A child needs a name of its own, a string without dots, got {asked!r:.60}. Dots join names to paths, and "
            f"the children are called {', '.join(children) or 'nothing yet'}."
        )
    return asked


def check_child(parent: Any, child: Any, name: str, kind: type) -> None:
    """Raise `RegistrationError` unless `child` is a block (`kind`) that does not hold `parent`."""
    if not isinstance(child, kind):
        raise RegistrationError(
            f"Only blocks can be children, got {type(child).__name__} {child!r:.60}. "
            "Make a layer of it first, for example nn.Dense(10)."
        )
    if child is parent or any(part is parent for part in _below(child)):
        raise RegistrationError(
            f"{type(parent).__name__} cannot hold itself as {name!r}: a network is a tree, and its forward pass would "
            "never end. Make a second block, and tie the two with params= if they are to share."
        )


def _below(block: Any) -> Iterator[Any]:
    for _, child in block.named_children():
        yield child
        yield from _below(child)


def warn_of_hidden(block: Any, children: Mapping[str, Any], kind: type) -> None:
    """Warn of every public attribute of `block`, a list, tuple or dict, that holds blocks (`kind`) which it lacks."""
    for name, value in vars(block).items():
        if type(value) not in (list, tuple, dict) or name[0] == "_":
            continue
        if any(item not in children.values() for item in _inside(value, kind)):
            warn(
                f"{type(block).__name__}.{name} is a {type(value).__name__} that holds blocks. Blocks in plain "
                "containers are no part of the network: their parameters are not initialized, trained or "
                "saved. Put them into an nn.Sequential, or call register_child()."
            )


def _inside(container: Any, kind: type) -> Iterator[Any]:
    for item in container.values() if type(container) is dict else container:
        if isinstance(item, kind):
            yield item
        elif type(item) in (list, tuple, dict):
            yield from _inside(item, kind)


def conflict_lesson(named: Iterable[tuple[str, Parameter]]) -> str:
    """Return the message for the first two paths that lead to different parameters of one name."""
    first: dict[str, tuple[str, Parameter]] = {}
    for path, parameter in named:
        other, known = first.setdefault(parameter.name, (path, parameter))
        if known is not parameter:
            return (
                f"Two different parameters are called {parameter.name}: the ones at {other} and at {path}. Names "
                "identify parameters. Give one of the layers another prefix=, make them in a name_scope(), or tie "
                "them with params= if they are meant to be one."
            )
    return "Two different parameters have one name."
