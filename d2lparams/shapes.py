"""Shapes of parameters: tuples of lengths in which 0 stands for a length that is not known yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .errors import ShapeError

__all__ = ["as_shape", "merge_shapes"]

Shape = tuple[int, ...]


def as_shape(shape: int | Sequence[int], name: str) -> Shape:
    """Return `shape` as a tuple of int; `name` is the parameter that an error speaks of."""
    lengths = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if not all(isinstance(n, int | np.integer) and n >= 0 for n in lengths):
        raise ShapeError(f"The shape of Parameter {name} must hold lengths of 0 (unknown) or more, got {shape!r}.")
    return tuple(int(n) for n in lengths)


def merge_shapes(known: Shape | None, shape: Shape, name: str) -> Shape:
    """Return `known` with its unknown lengths filled in from `shape`.

    Raises
    ------
    ShapeError
        If a length that is known differs, or the number of axes does.

    Examples
    --------
    >>> merge_shapes((256, 0), (256, 20), "dense0_weight")
    (256, 20)
    """
    if known is None:
        return shape
    if len(known) != len(shape) or any(k and s and k != s for k, s in zip(known, shape, strict=True)):
        raise ShapeError(
            f"Parameter {name} has shape {known}, which does not fit shape {shape}. Only lengths that are still "
            "unknown (0) can be filled in. If the input has another width now, make a new layer for it."
        )
    return tuple(k or s for k, s in zip(known, shape, strict=True))
