"""Automatic differentiation in reverse: record what was computed, then walk back.

While recording, every operation attaches a `Node` to its result.  The node keeps the nodes of its inputs
(its parents) and one function, `vjp`, from the gradient of the result to the gradients of the inputs: the
vector-Jacobian product.  A `Leaf` is where the walk ends: a parameter, with the array that holds its gradient.

`backward` visits nodes in the reverse order of their creation.  A result is always made after its inputs, so
that order is right for any graph and needs no recursion.  The array type that readers use is built on top of this file,
in ``array.py``; of it `backward` knows what `Recorded` says, all else here knows numpy arrays only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from .checks import Array, as_values
from .context import Scoped
from .errors import GraphError, InPlaceError, ShapeError

__all__ = [
    "Leaf", "Mode", "Node", "Scope", "Version", "backward", "is_recording", "is_training", "mode", "pause",
    "predict_mode", "record", "run_backward", "train_mode",
]  # fmt: skip

Vjp = Callable[[Array], tuple[Array | None, ...]]


class Mode(NamedTuple):
    """Whether operations are recorded, and whether layers such as dropout behave as in training."""

    recording: bool = False
    training: bool = False


mode: Scoped[Mode] = Scoped("d2lparams_mode", Mode())


class Scope:
    """Set the mode inside a ``with`` block; `record`, `pause`, `train_mode` and `predict_mode` are scopes.

    Parameters
    ----------
    recording : bool or None
        None leaves the setting as it is.
    training : bool
    """

    __slots__ = ("_recording", "_training")

    def __init__(self, recording: bool | None, training: bool) -> None:
        self._recording, self._training = recording, training

    def __call__(self, train_mode: bool | None = None) -> Scope:
        """Return a scope like this one, for another `train_mode` if one is given."""
        return Scope(self._recording, self._training if train_mode is None else bool(train_mode))

    def __enter__(self) -> None:
        recording = mode.get().recording if self._recording is None else self._recording
        mode.enter(self, Mode(recording, self._training))

    def __exit__(self, *exception: object) -> None:
        mode.leave(self)


record = Scope(True, True)  #: operations are recorded, so that `backward` can differentiate them
pause = Scope(False, False)  #: nothing is recorded: what is computed counts as a constant
train_mode = Scope(None, True)  #: layers behave as in training, without recording
predict_mode = Scope(None, False)  #: layers behave as in prediction, without stopping the recording


def is_recording() -> bool:
    """Return whether operations are being recorded."""
    return mode.get().recording


def is_training() -> bool:
    """Return whether layers behave as in training."""
    return mode.get().training


class Version:
    """How often a buffer was written in place; views of one buffer share one `Version`."""

    __slots__ = ("count", "label")

    def __init__(self, label: str = "An array") -> None:
        self.count = 0
        self.label = label


class Leaf:
    """A variable: the end of the walk back, and the owner of a gradient array.

    Parameters
    ----------
    grad : ndarray
        The buffer that `backward` writes.
    grad_req : {'write', 'add'}
        Whether one backward pass replaces the buffer or adds to it.
    version : Version
        Of the buffer, because a gradient may be used in a computation too.
    handle : object
        The array object that readers see, kept so that it is the same every time.
    """

    __slots__ = ("__weakref__", "fresh", "grad", "grad_req", "handle", "version")

    def __init__(self, grad: Array, grad_req: str, version: Version, handle: object = None) -> None:
        self.grad = grad
        self.grad_req = grad_req
        self.version = version
        self.handle = handle
        self.fresh = False  # whether a backward pass has arrived since the trainer last looked

    def deliver(self, gradient: Array) -> None:
        """Take the sum over all uses in one backward pass."""
        if self.grad_req == "add":
            self.grad += gradient
        else:
            self.grad[...] = gradient
        self.version.count += 1
        self.fresh = True

    def clear(self) -> None:
        """Set the gradient to zero."""
        self.grad.fill(0)
        self.version.count += 1


_creation = itertools.count()  # one counter for all: atomic, so threads may record at the same time


class Node:
    """One recorded operation.

    Parameters
    ----------
    parents : tuple of Node, Leaf or None
        Where the gradients of the inputs go; None for an input that needs no gradient.
    vjp : callable
        From the gradient of the result to a tuple with one gradient (or None) for each parent.
    watched : sequence of (Version, int)
        The buffers that `vjp` will read, with their counts now; writing one before the walk back is an error.
    """

    __slots__ = ("order", "parents", "vjp", "watched")

    def __init__(
        self, parents: tuple[Node | Leaf | None, ...], vjp: Vjp, watched: Sequence[tuple[Version, int]] = ()
    ) -> None:
        self.order = next(_creation)
        self.parents = parents
        self.vjp: Vjp | None = vjp
        self.watched = watched


def _reachable(heads: Sequence[Node | Leaf]) -> list[Node]:
    """Return the nodes below `heads`, the latest first, after checking that all can be differentiated."""
    seen: set[Node] = set()
    stack = [head for head in heads if type(head) is Node]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        if node.vjp is None:
            raise GraphError(
                "backward() has already walked this graph, and the graph was freed to save memory. "
                "Call the first backward with retain_graph=True, or record the computation again."
            )
        for version, count in node.watched:
            if version.count != count:
                raise InPlaceError(
                    f"{version.label} was changed in place after it was used in a recorded computation, "
                    "and the gradient needs its old value. Call backward() first and change it then, or "
                    "change it before the forward pass (set_data inside record() is safe: it keeps the "
                    "old value for the gradient)."
                )
        seen.add(node)
        for parent in node.parents:
            if type(parent) is Node:
                stack.append(parent)
    return sorted(seen, key=attrgetter("order"), reverse=True)


def run_backward(heads: Sequence[Node | Leaf], gradients: Sequence[Array], retain_graph: bool) -> None:
    """Send `gradients` from `heads` back to every leaf.

    The gradients of all uses of a leaf are summed first; then its `grad_req` decides whether the sum
    replaces the stored gradient or is added to it.

    Raises
    ------
    GraphError
        If part of the graph was freed by an earlier backward pass.
    InPlaceError
        If a value that the gradient depends on was overwritten.  No gradient has changed then.
    """
    order = _reachable(heads)
    pending: dict[Node | Leaf, Array] = {}
    for head, gradient in zip(heads, gradients, strict=True):
        pending[head] = pending[head] + gradient if head in pending else gradient
    for node in order:
        assert node.vjp is not None  # _reachable has refused freed nodes
        for parent, outgoing in zip(node.parents, node.vjp(pending.pop(node)), strict=True):
            if parent is None or outgoing is None:
                continue
            # Never +=: a vjp may hand the same array to two parents.
            pending[parent] = pending[parent] + outgoing if parent in pending else outgoing
    # Only now, when nothing can fail any more, is anything freed or written.
    if not retain_graph:
        for node in order:
            node.vjp, node.parents, node.watched = None, (), ()
    for leaf, total in pending.items():
        assert type(leaf) is Leaf
        leaf.deliver(total)


@runtime_checkable
class Recorded(Protocol):
    """An array that may have been recorded: its values, and the node where the walk back from it begins."""

    _data: Array
    _node: Node | Leaf | None


def backward(heads: Any, head_grads: Any = None, retain_graph: bool = False) -> None:
    """Compute gradients of several recorded arrays in one pass.

    Parameters
    ----------
    heads : NDArray or sequence of NDArray
    head_grads : sequence of NDArray or None, optional
        A weight for each entry of each head; None, or leaving it out, means ones.
    retain_graph : bool
        Keep the graph, so that backward can run through it again.
    """
    if not isinstance(heads, list | tuple):
        heads, head_grads = [heads], None if head_grads is None else [head_grads]
    weights = [None] * len(heads) if head_grads is None else list(head_grads)
    if len(weights) != len(heads):
        raise ShapeError(f"backward needs one head gradient for each head, got {len(weights)} for {len(heads)}.")
    nodes: list[Node | Leaf] = []
    gradients: list[Array] = []
    for head, weight in zip(heads, weights, strict=True):
        if not isinstance(head, Recorded) or head._node is None:
            raise GraphError(
                "backward() was called on an array that was not recorded, so there is nothing to differentiate. "
                "Compute it inside `with autograd.record():`, from a parameter or from a variable with "
                "attach_grad()."
            )
        nodes.append(head._node)
        gradients.append(np.ones_like(head._data) if weight is None else _head_gradient(weight, head._data))
    run_backward(nodes, gradients, retain_graph)


def _head_gradient(weight: Any, head: Array) -> Array:
    values = weight._data if isinstance(weight, Recorded) else weight
    gradient = as_values(values, "A head gradient cannot be")
    if gradient.shape != head.shape:
        raise ShapeError(
            f"The head gradient has shape {gradient.shape}, the result {head.shape}. Each entry of the result "
            "needs its own weight: pass an array of the same shape, or call backward() without one."
        )
    return gradient.astype(head.dtype, copy=False)
