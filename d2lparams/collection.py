"""`ParameterDict`: parameters (and constants) by name, and `initialize_all`, which fills many of them or none.

Precedence when a parameter is filled, first match wins: 1 the initializer given for this very parameter; 2 the
parameter's own; 3 the network's, by role (a weight uses it, bias and beta become 0, gamma 1); 4 a parameter without a
role is an error that says how to give it one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from . import errors
from .checks import Shape, no_device
from .errors import FREEZING, KnownNames, answers, listed, nearest, shown
from .init import Init, Initializer
from .naming import compile_pattern
from .parameter import Constant, Parameter, initialize_all, merge_shapes

if TYPE_CHECKING:  # block.py is built on this file
    from .block import Block


SETTINGS = ("grad_req", "lr_mult", "wd_mult", "init", "allow_deferred_init")


class ParameterDict(KnownNames, Mapping[str, Parameter]):
    """Parameters by name, in the order in which they were added.

    Parameters
    ----------
    prefix : str
        Put in front of the names that `get` is asked for.
    shared : ParameterDict, optional
        Where `get` looks for an existing parameter before it makes one; this is how layers are tied.  The first one
        that is asked for has to be there: otherwise nothing would be shared, without a word.
    block : Block, optional
        Whose parameters these are; a block that shares them finds there what its children share.
    """

    __slots__ = ("_parameters", "block", "prefix", "shared")
    changes: ClassVar[int] = 0  # how often any network was changed; a trainer then looks at its own
    _elsewhere: ClassVar = answers({
        "grad_req lr_mult wd_mult init": "One setting of all parameters: setattr('grad_req', 'null').",
        FREEZING: "They are frozen by setattr('grad_req', 'null'), trained again by setattr('grad_req', 'write').",
        "grad": "One parameter has a gradient: params[name].grad().",
        "data": "One parameter has values: params[name].data().",
        "cast": "A block converts its parameters: net.cast('float64').",
        "save": "A block writes its parameters: net.save_parameters(file).",
        "load": "A block reads its parameters: net.load_parameters(file).",
    })  # fmt: skip

    def __init__(self, prefix: str = "", shared: ParameterDict | None = None, block: Block | None = None) -> None:
        if not isinstance(prefix, str) or not isinstance(shared, ParameterDict | None):
            raise errors.RegistrationError(
                f"ParameterDict takes a prefix and parameters to share, got {shown(prefix)} and {shown(shared)}."
            )
        self.prefix, self.shared, self.block = prefix, shared, block
        self._parameters: dict[str, Parameter] = {}

    def of(self, block: Block) -> ParameterDict:
        """Return a view of this dictionary that knows its block; the block itself holds none, which would be a ring."""
        view = ParameterDict(self.prefix, self.shared, block)
        view._parameters = self._parameters
        return view

    def __getitem__(self, name: str) -> Parameter:
        found = self._parameters.get(name) if isinstance(name, str) else None
        if found is None:
            raise errors.UnknownNameError(f"There is no parameter {shown(name)}. {nearest(name, self._parameters)}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._parameters

    def __repr__(self) -> str:
        lines = "\n".join(f"  {parameter}" for parameter in self._parameters.values())
        return f"{self.prefix} (\n{lines}\n)" if self.prefix else f"(\n{lines}\n)"

    # ---- adding

    def get(self, name: str, /, **settings: Any) -> Parameter:  # type: ignore[override]
        """Return the parameter `prefix + name`; make it if there is none, here or in the shared dictionary.

        Parameters
        ----------
        name : str
            Without the prefix.
        **settings
            Passed to `Parameter`.  For a parameter that exists, they have to agree with what it is.

        Raises
        ------
        NameConflictError
            If the parameter exists with another dtype or initializer.
        ShapeError
            If it exists with a shape that does not fit.
        """
        full = self._full(name)
        try:
            asked = Parameter(full, **settings)
        except TypeError as error:
            if isinstance(error, errors.D2LError):
                raise
            raise errors.RegistrationError(f"Cannot make Parameter {full}: {error}.") from error
        found = self._found(full)
        if found is None:
            return self._keep(asked)
        found._shape, found.init = agreement(found, asked, settings)
        return self._keep(found)

    def check(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        """Raise what `get` would raise for a layer that shares these and wants some parameters; change nothing."""
        found = [name for name in wanted if self.prefix + name in self._parameters]
        if wanted and not found:
            raise self._shares_nothing(self.prefix + next(iter(wanted)))
        for name in found:
            full = self.prefix + name
            agreement(self._parameters[full], Parameter(full, **wanted[name]), wanted[name])

    def get_constant(self, name: str, value: Any, dtype: Any = None) -> Constant:
        """Return the constant `prefix + name`, made from `value` if there is none, here or in the shared dictionary.

        Parameters
        ----------
        name : str
            Without the prefix.
        value : NDArray, ndarray, list or number
        dtype : dtype, optional
            See `Constant`.
        """
        asked = Constant(self._full(name), value, dtype)
        found = self._found(asked.name) or asked
        if not isinstance(found, Constant) or not np.array_equal(found.value, asked.value, equal_nan=True):
            raise errors.NameConflictError(f"{found} exists already and is not the constant that was asked for.")
        self._keep(found)
        return found

    def _full(self, name: str) -> str:
        if not isinstance(name, str):
            raise errors.RegistrationError(f"The name of a parameter is a string such as 'weight', got {shown(name)}.")
        return self.prefix + name

    def _found(self, full: str) -> Parameter | None:
        """Return the parameter of that name, here or in the shared dictionary."""
        if full in self._parameters or self.shared is None:
            return self._parameters.get(full)
        found = self.shared._parameters.get(full)
        if found is None and not self._parameters:
            raise self.shared._shares_nothing(full)
        return found

    def _shares_nothing(self, full: str) -> errors.RegistrationError:
        return errors.RegistrationError(
            f"params= shares nothing: {full} is not among the parameters that were given, "
            f"{listed(self._parameters)}. Share those of a block of the same kind, params=other.params."
        )

    def _keep(self, parameter: Parameter) -> Parameter:
        ParameterDict.changes += 1
        parameter.freeze_label(parameter.name)
        self._parameters[parameter.name] = parameter
        return parameter

    def add(self, parameter: Parameter, instead_of: Parameter | None = None, prefix: str = "") -> None:
        """Add a parameter under its own name.

        Parameters
        ----------
        parameter : Parameter
        instead_of : Parameter, optional
            One that is here and gives up its place.
        prefix : str
            Put in front of a name that is not frozen yet; see `Parameter`.

        Raises
        ------
        NameConflictError
            If a different parameter has that name.
        """
        if not isinstance(parameter, Parameter):
            raise errors.RegistrationError(f"Only parameters can be added, got {type(parameter).__name__}.")
        name = parameter.label(prefix)
        if self._parameters.get(name, parameter) not in (parameter, instead_of):
            raise errors.NameConflictError(
                f"Two different parameters are called {name}. Names identify parameters; "
                "give one of the blocks another prefix, or tie them if they are meant to be one parameter."
            )
        parameter.freeze_label(name)
        if instead_of is not None:
            kept = [parameter if held is instead_of else held for held in self.values()]
            self._parameters.clear()
            self._parameters.update({held.name: held for held in kept})
        self._keep(parameter)

    def discard(self, parameter: Parameter) -> None:
        """Remove a parameter if it is here."""
        if self._parameters.get(parameter.name) is parameter:
            del self._parameters[parameter.name]
            ParameterDict.changes += 1

    def update(self, other: Mapping[str, Parameter]) -> None:
        """Add every parameter of `other`, or none if one of the names is taken by a different parameter."""
        if not isinstance(other, Mapping):
            raise errors.RegistrationError(f"update takes parameters by name, such as net.params, got {shown(other)}.")
        merged = ParameterDict(self.prefix)
        for parameter in (*self.values(), *other.values()):
            merged.add(parameter)
        self._parameters.update(merged._parameters)

    # ---- all at once

    def select(self, pattern: str | None) -> ParameterDict:
        """Return the parameters whose name matches a regular expression, from its start (`re.match`)."""
        chosen = ParameterDict(self.prefix)
        match = compile_pattern("" if pattern is None else pattern).match
        chosen._parameters = {name: p for name, p in self._parameters.items() if match(name)}
        return chosen

    def initialize(self, init: Init = None, force_reinit: bool = False, ctx: object = None) -> None:
        """Initialize all; `init` is for those without an initializer of their own, by role.  There are no devices."""
        no_device(ctx)
        initialize_all(self.values(), init, force_reinit)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        for parameter in self.values():
            parameter.zero_grad()

    def setattr(self, name: str, value: Any) -> None:
        """Set one setting on all parameters, such as ``setattr('grad_req', 'null')`` to freeze them.

        Constants keep their `grad_req`, ``'null'``, and their value, whatever `init` is set.
        """
        if not isinstance(name, str) or name not in SETTINGS:
            raise errors.UnknownNameError(f"Parameters have no setting {shown(name)}. {nearest(name, SETTINGS)}")
        setattr(Parameter("a parameter"), name, value)  # a wrong value is refused here, before the first is changed
        for parameter in self.values():
            if not (isinstance(parameter, Constant) and name in ("grad_req", "init")):
                setattr(parameter, name, value)


def agreement(found: Parameter, asked: Parameter, settings: Iterable[str]) -> tuple[Shape | None, Initializer | None]:
    """Return the shape and the initializer of a parameter that is to be `found` and `asked` in one.

    Parameters
    ----------
    found, asked : Parameter
        They are not changed.
    settings : iterable of str
        What was asked for expressly, and so has to be equal; the shape may fill in lengths that are unknown.
    """
    if asked.init is not None and found.init is not None and asked.init != found.init:
        raise errors.NameConflictError(
            f"Parameter {found.name} has the initializer {found.init!r}, but {asked.init!r} was asked for. "
            "A shared parameter has one initializer: give it once, where the parameter is made."
        )
    for key in {"dtype", "grad_req", "lr_mult", "wd_mult", "role"} & set(settings):
        held, wanted = getattr(found, key), getattr(asked, key)
        if held != wanted:
            raise errors.NameConflictError(
                f"Parameter {found.name} exists with {key} {held}, but {wanted} was asked for. Ask for what it "
                "is, or change it first: one parameter has one setting, wherever it is used."
            )
    shape = found.shape if asked.shape is None else merge_shapes(found.shape, asked.shape, found.name)
    return shape, found.init if asked.init is None else asked.init
