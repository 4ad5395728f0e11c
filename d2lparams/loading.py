"""Save and load a network by structural path: which array goes to which parameter, checked before anything moves."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike

import numpy as np
import numpy.typing as npt

from . import serialize
from .checks import merge_shapes
from .errors import LoadError, NameConflictError, ShapeError
from .parameter import Parameter

__all__ = ["Path", "load_block", "save_block"]

Path = str | PathLike[str]
Named = Iterable[tuple[str, Parameter]]
Array = npt.NDArray[np.generic]


def save_block(named: Named, file: Path) -> None:
    """Write every parameter once, under the first of its paths; the other paths become aliases."""
    first: dict[Parameter, str] = {}
    aliases = {}
    seen: dict[str, Parameter] = {}
    for path, parameter in named:
        if seen.setdefault(path, parameter) is not parameter:
            raise NameConflictError(
                f"Two different parameters, {seen[path].name} and {parameter.name}, have the path {path}, under which "
                "they would be saved. Give one of them another name or attribute. Nothing was written."
            )
        if first.setdefault(parameter, path) != path:
            aliases[path] = first[parameter]
    serialize.save(file, {path: parameter.data()._data for parameter, path in first.items()}, aliases)


def load_block(
    named: Named,
    file: Path,
    allow_missing: bool = False,
    ignore_extra: bool = False,
    cast_dtype: bool = False,
) -> None:
    """Read a file into the parameters; see `Block.load_parameters`."""
    saved = serialize.load(file)
    arrays = dict(saved.arrays)
    arrays.update({alias: saved.arrays[path] for alias, path in saved.aliases.items()})
    paths: dict[Parameter, list[str]] = {}
    for path, parameter in named:
        paths.setdefault(parameter, []).append(path)
    known = {path for group in paths.values() for path in group}
    missing = [group[0] for group in paths.values() if not any(path in arrays for path in group)]
    extra = sorted(set(arrays) - known)
    if missing and not allow_missing:
        raise LoadError(
            f"{file} holds no values for {_listed(missing)}; it holds {_listed(sorted(arrays))}. Names are structural "
            "paths, so the file may come from a network of another shape. allow_missing=True leaves them as they are."
        )
    if extra and not ignore_extra:
        raise LoadError(
            f"{file} holds {_listed(extra)}, but the network has no such parameter; it has {_listed(sorted(known))}. "
            "ignore_extra=True leaves them in the file."
        )
    pairs = [
        (
            parameter,
            _chosen(parameter, [(path, arrays[path]) for path in group if path in arrays], cast_dtype),
        )
        for parameter, group in paths.items()
        if any(path in arrays for path in group)
    ]
    for parameter, values in pairs:
        parameter.set_data(values)


def _chosen(parameter: Parameter, found: list[tuple[str, Array]], cast_dtype: bool) -> Array:
    """Return the one array for a parameter after checking that the file agrees with itself and with the parameter."""
    path, values = found[0]
    for other, array in found[1:]:
        if array is not values and not np.array_equal(values, array, equal_nan=True):
            raise LoadError(
                f"The network ties {path} and {other} (Parameter {parameter.name}), but the file holds different "
                "values for them. Load it into a network without the tie, or delete one of the two from the file."
            )
    try:
        merge_shapes(parameter.shape, values.shape, parameter.name)
        if 0 in values.shape:
            raise ShapeError(f"It is empty in the file, of shape {values.shape}.")
    except ShapeError as error:
        raise LoadError(f"{path} cannot be loaded. {error} Nothing was loaded.") from error
    if values.dtype != parameter.dtype and not cast_dtype:
        raise LoadError(
            f"{path} is {values.dtype} in the file, but Parameter {parameter.name} is {parameter.dtype}. "
            "cast_dtype=True converts it, net.cast() changes the network. Nothing was loaded."
        )
    return values


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") if names else "nothing"
