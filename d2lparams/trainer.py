"""`Trainer`: move every parameter a step against its gradient, each exactly once.

The optimizers here change one array at a time: `SGD` with momentum and weight decay, and `Adam`.  A parameter that is
used twice in a network has one gradient, the sum over its uses, and is one entry of the trainer: it moves once.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from . import errors, files
from .array import NDArray
from .autograd import Leaf
from .block import Block
from .checks import Array, as_number
from .collection import ParameterDict
from .errors import KnownNames, answers, listed, nearest, shown
from .parameter import Parameter

NOTE = "d2lparams.optimizer"  # the key of a file's metadata that holds the optimizer's kind and settings


class Optimizer:
    """A rule that changes one array in place.

    Parameters
    ----------
    learning_rate : float
        Length of a step, 0 or more.
    wd : float
        Weight decay: adds ``wd * w`` to the gradient.
    """

    def __init__(self, learning_rate: float, wd: float = 0.0) -> None:
        self.learning_rate = as_number(learning_rate, "learning_rate", 0)
        self.wd = as_number(wd, "wd", 0)

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place.

        Parameters
        ----------
        state : dict
            What the rule remembers of this parameter between steps: arrays and whole numbers, empty at first.  A name
            that begins with an underscore is scratch, which is not saved.
        w, g : ndarray
            The values, and the gradient before scaling.
        lr, wd : float
            Learning rate and weight decay of this parameter.
        scale : float
            Factor on the gradient, 1 / batch size.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update(). Write how it changes an array.")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in vars(self).items())})"


def remembered(state: dict[str, Any], key: str, w: Array) -> Array:
    """Return what is kept under `key` for `w`: zeros at first, in float32 at least, converted when `w` was cast."""
    held, dtype = state.get(key), np.promote_types(w.dtype, np.float32)
    if held is None or held.dtype != dtype:
        held = state[key] = np.zeros(w.shape, dtype) if held is None else held.astype(dtype)
    return held


class SGD(Optimizer):
    """Stochastic gradient descent: ``m = momentum * m - lr * (g + wd * w)``, ``w += m``."""

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.0, wd: float = 0.0) -> None:
        super().__init__(learning_rate, wd)
        self.momentum = as_number(momentum, "momentum", 0, 1)  # with 1 or more it never slows

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place; see `Optimizer.update`."""
        step = state.get("_step")
        if step is None or step.dtype is not w.dtype:
            step = state["_step"] = np.empty_like(w)  # kept, so that a step allocates nothing
        np.multiply(g, -lr * scale, step)
        if self.momentum:
            m = remembered(state, "momentum", w)
            m *= self.momentum
            m += step
            if wd:
                m -= (lr * wd) * w
            w += m
            return
        if wd:
            w *= 1 - lr * wd
        w += step


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): steps scaled by running moments of the gradient."""

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        wd: float = 0,
    ) -> None:
        super().__init__(learning_rate, wd)
        self.beta1, self.beta2 = as_number(beta1, "beta1", 0, 1), as_number(beta2, "beta2", 0, 1)
        self.epsilon = as_number(epsilon, "epsilon", 0)

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place; see `Optimizer.update`."""
        m, v = remembered(state, "m", w), remembered(state, "v", w)
        state["t"] = state.get("t", 0) + 1
        g = g.astype(m.dtype, copy=False) * scale
        if wd:
            g += wd * w
        m += (1 - self.beta1) * (g - m)
        v += (1 - self.beta2) * (g * g - v)
        first, second = 1 - self.beta1 ** state["t"], 1 - self.beta2 ** state["t"]
        w -= (lr / first) * m / (np.sqrt(v) * (1 / math.sqrt(second)) + self.epsilon)


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam}


class Trainer(KnownNames):
    """Apply an optimizer to a set of parameters.

    Parameters
    ----------
    params : ParameterDict, dict or iterable of Parameter
        Usually ``net.collect_params()``.  A parameter that is listed twice counts once.
    optimizer : {'sgd', 'adam'} or Optimizer
    optimizer_params : dict, optional
        Settings of the optimizer, such as ``{'learning_rate': 0.1}``.

    Examples
    --------
    >>> from d2lparams import nn
    >>> net = nn.Dense(1, in_units=2)
    >>> Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1}).learning_rate
    0.1
    """

    __slots__ = ("_changes", "_mark", "_states", "net", "optimizer")
    _elsewhere: ClassVar = answers({
        "lr learning_rate set_lr": "learning_rate reads it, set_learning_rate(0.1) changes it; "
        "optimizer_params={'learning_rate': 0.1} sets it.",
        "zero_grad": "Gradients are replaced by each backward(); with grad_req='add' call net.zero_grad().",
        "state_dict": "save_states(file) writes what the optimizer remembers, load_states(file) reads it.",
        "load_state_dict": "load_states(file) reads what save_states(file) wrote.",
        "param_groups": "A parameter has its own factors: p.lr_mult and p.wd_mult.",
        "momentum": "It is trainer.optimizer.momentum.", "wd weight_decay": "It is trainer.optimizer.wd.",
        "update minimize": "It is called step(batch_size).",
        "fit": "A loop of record(), backward() and step(batch_size) trains a network.",
    })  # fmt: skip

    def __init__(
        self,
        params: Mapping[str, Parameter] | Iterable[Parameter],
        optimizer: str | Optimizer = "sgd",
        optimizer_params: dict[str, Any] | None = None,
    ) -> None:
        self.optimizer = _create(optimizer, optimizer_params)
        given: Any = params.values() if isinstance(params, Mapping) else params
        listing = list(given) if isinstance(given, Iterable) and not isinstance(given, Block) else [given]
        for parameter in listing:
            if not isinstance(parameter, Parameter) or given is parameter:
                what = type(parameter).__name__
                raise errors.DTypeError(f"Trainer takes several parameters, got {what}. Pass net.collect_params().")
        if not listing:
            raise errors.SettingError(
                "Trainer got no parameters, so it would move nothing. Pass net.collect_params(); a network whose "
                "blocks are kept in a plain list has none."
            )
        self._states: dict[Parameter, dict[str, Any]] = {parameter: {} for parameter in listing}  # each once
        self._mark = object()  # what a parameter remembers of the trainer that moved it
        net = params.block if isinstance(params, ParameterDict) else None
        self.net = net if net is not None and self._states.keys() == set(net.collect_params().values()) else None
        self._changes = ParameterDict.changes

    def __repr__(self) -> str:
        return f"Trainer({len(self._states)} parameters, {self.optimizer})"

    @property
    def learning_rate(self) -> float:
        """The learning rate before the parameters' own factors; change it with `set_learning_rate`."""
        return self.optimizer.learning_rate

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate from the next step on."""
        self.optimizer.learning_rate = as_number(value, "learning_rate", 0)

    def step(self, batch_size: int, ignore_stale_grad: bool = False) -> None:
        """Move every trained parameter once.

        Parameters
        ----------
        batch_size : int
            The gradients are divided by it: they are sums over the samples.
        ignore_stale_grad : bool
            Leave parameters alone that the last backward pass did not reach, instead of raising.

        Raises
        ------
        NotInitializedError, DeferredInitializationError
            If a parameter has no values, for example because the forward pass never reached its layer.
        StaleGradientError
            If no backward pass has refreshed a gradient since the last step, or if the network has other parameters
            than when this trainer was made.  No parameter has moved then.
        """
        if type(batch_size) is not int or not 0 < batch_size < sys.maxsize:
            batch_size = as_number(batch_size, "batch_size, the number of samples in the batch,", 1)  # type: ignore[assignment]
        if self._changes != ParameterDict.changes:
            self._check_network()
        work: list[tuple[Parameter, NDArray, Leaf, dict[str, Any]]] = []
        for parameter, state in self._states.items():
            array = parameter._array
            if array is None:
                array = parameter.data()  # which says why there is none
            leaf = array._node
            if type(leaf) is not Leaf:  # frozen
                continue
            if leaf.fresh:
                work.append((parameter, array, leaf, state))
            elif not ignore_stale_grad:
                raise self._stale(parameter)
        optimizer, mark = self.optimizer, self._mark
        scale = 1.0 / batch_size
        for parameter, array, leaf, state in work:
            lr = optimizer.learning_rate * parameter.lr_mult
            optimizer.update(state, array._data, leaf.grad, lr, optimizer.wd * parameter.wd_mult, scale)
            array._bump()
            leaf.fresh = False
            if parameter.moved_by is not mark:
                parameter.moved_by = mark

    def _check_network(self) -> None:
        """Raise `StaleGradientError` if the network has lost or won parameters since this trainer was made."""
        now = dict.fromkeys(self._states if self.net is None else self.net.collect_params().values())  # in order
        lost = [p.name for p in self._states if p not in now and p.grad_req != "null"]
        won = [p.name for p in now if p not in self._states and p.grad_req != "null"]
        if lost or won:
            raise errors.StaleGradientError(
                f"The network has other parameters than when this trainer was made: lost {listed(lost, 4)}, won "
                f"{listed(won, 4)}. Nothing has moved. Make a new one, Trainer(net.collect_params(), ...), whenever "
                "parameters were added, tied or replaced; or make it from the part that it is to train."
            )
        self._changes = ParameterDict.changes

    def _stale(self, parameter: Parameter) -> errors.StaleGradientError:
        if parameter.moved_by not in (None, self._mark):
            return errors.StaleGradientError(
                f"Another trainer has used the gradient of Parameter {parameter.name} since the last backward pass, "
                "and one gradient moves a parameter once. Nothing has moved. Give each parameter to one trainer, or "
                "call backward() anew before the second one steps."
            )
        return errors.StaleGradientError(
            f"The gradient of Parameter {parameter.name} was not refreshed by a backward pass since the last "
            "step: the loss did not depend on it, or backward() was not called. Nothing has moved. If that is "
            "meant, freeze it (grad_req='null') or call step(..., ignore_stale_grad=True)."
        )

    # ---- going on another day

    def save_states(self, file: files.Location) -> None:
        """Write what the optimizer remembers, and its settings, so that training can go on as if it had not stopped.

        Parameters
        ----------
        file : path
            Ending in ``.safetensors`` or ``.npz``.  The values of the network are saved by `Block.save_parameters`.
        """
        arrays = {
            f"{name}/{key}": np.asarray(value)
            for name, state in self._named_states().items()
            for key, value in state.items()
            if key[0] != "_"
        }
        try:
            note = json.dumps(self._note())
        except (TypeError, ValueError) as error:
            raise errors.SettingError(f"{self.optimizer!r}: settings that are no numbers fit in no file.") from error
        files.save(file, arrays, metadata={NOTE: note})

    def load_states(self, file: files.Location) -> None:
        """Go on where `save_states` stopped, with the learning rate and all other settings of then.

        Raises
        ------
        LoadError
            If the file belongs to other parameters or another optimizer.  Nothing has changed then.
        """
        saved, states = files.load(file), self._named_states()
        try:
            note, here = json.loads(saved.metadata[NOTE]), self._note()
            for key in ("optimizer", "parameters"):
                if note[key] != here[key]:
                    raise errors.LoadError(f"Its {key} are {shown(note[key], 200)}, here {shown(here[key], 200)}.")
            optimizer = type(self.optimizer)(**note["settings"])
            found: dict[str, dict[str, Any]] = {name: {} for name in states}
            for full, array in saved.arrays.items():
                name, _, key = full.rpartition("/")
                found[name][key] = int(array) if array.ndim == 0 and array.dtype.kind in "iu" else array
            for name, parameter in zip(found, self._states, strict=True):
                _check_state(optimizer, name, found[name], parameter)
        except (KeyError, TypeError, ValueError) as error:
            raise errors.LoadError(
                f"{shown(file)} holds no states that this trainer can take. {error} Nothing was loaded. Make the "
                "network and the trainer as they were when save_states() was called."
            ) from error
        vars(self.optimizer).update(vars(optimizer))
        for state, new in zip(states.values(), found.values(), strict=True):
            state.clear()
            state.update(new)

    def _named_states(self) -> dict[str, dict[str, Any]]:
        """Return the state of each parameter by its path in the network, or by its label if no network is known."""
        paths = {} if self.net is None else files.paths_of(self.net.named_parameters(once=True))
        named = {paths.get(parameter, [parameter.name])[0]: state for parameter, state in self._states.items()}
        if len(named) < len(self._states):
            raise errors.NameConflictError("Two parameters here have one name, so their states cannot be told apart.")
        return named

    def _note(self) -> dict[str, Any]:
        shapes = [list(parameter.shape or ()) for parameter in self._states]
        return {
            "optimizer": type(self.optimizer).__name__,
            "settings": vars(self.optimizer),
            "parameters": dict(zip(self._named_states(), shapes, strict=True)),
        }


def _check_state(optimizer: Optimizer, name: str, state: dict[str, Any], parameter: Parameter) -> None:
    """Raise `LoadError` unless `state` is what the optimizer keeps for such a parameter, or nothing yet."""
    probe: dict[str, Any] = {}
    values = np.zeros(parameter.shape or (), parameter.dtype)
    optimizer.update(probe, values, values.copy(), optimizer.learning_rate, optimizer.wd, 1.0)
    held, kept = (
        {key: (type(value), np.shape(value), np.asarray(value).dtype) for key, value in table.items() if key[0] != "_"}
        for table in (state, probe)
    )
    if state and (held != kept or any(isinstance(value, int) and value < 0 for value in state.values())):
        raise errors.LoadError(f"{name} has {shown(held, 200)}; {type(optimizer).__name__} keeps {shown(kept, 200)}.")


def _create(optimizer: str | Optimizer, settings: dict[str, Any] | None) -> Optimizer:
    if isinstance(optimizer, Optimizer):
        if settings:
            raise errors.SettingError("An Optimizer has its settings already: leave optimizer_params out.")
        return optimizer
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise errors.UnknownNameError(f"There is no optimizer {shown(optimizer)}. {nearest(optimizer, OPTIMIZERS)}")
    if not isinstance(settings, dict | None):
        raise errors.SettingError(f"optimizer_params is a dict such as {{'momentum': 0.9}}, got {shown(settings)}.")
    try:
        return OPTIMIZERS[optimizer](**(settings or {}))
    except TypeError as error:
        raise errors.SettingError(f"{optimizer} does not take these settings: {error}.") from error
