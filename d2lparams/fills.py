"""The mathematics of initialization: functions that fill an array in place from a generator.

Each is given a float32 or float64 array and fills it without a detour through a wider type or a second array of its
size: the numbers are drawn in cache-sized pieces, scaled while they are still in the cache.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from .checks import Array
from .errors import SettingError

PIECE = 1 << 15  # entries drawn at a time: 128 KB of float32, which fits the fast cache
FARTHEST = 16  # standard deviations; no normal number that a generator of 64 bits draws lies so far out


def fans(shape: Sequence[int], in_axis: int = 1, out_axis: int = 0) -> tuple[int, int]:
    """Return fan-in and fan-out: how many inputs feed one output, how many outputs one input feeds.

    Parameters
    ----------
    shape : sequence of int
        Of two axes or more; the axes that are neither in nor out are a kernel's, which counts in both.
    in_axis, out_axis : int, 0 or more
        Which axis counts the inputs, and which the outputs: by default the layout ``(out, in, *kernel)``.

    Examples
    --------
    >>> fans((256, 20))
    (20, 256)
    >>> fans((16, 3, 5, 5))
    (75, 400)
    >>> fans((20, 256), in_axis=0, out_axis=1)
    (20, 256)
    """
    kernel = math.prod(length for axis, length in enumerate(shape) if axis not in (in_axis, out_axis))
    return shape[in_axis] * kernel, shape[out_axis] * kernel


def pieces(out: Array) -> Iterator[Array]:
    """Yield all entries of an array, so many at a time as the fast cache holds."""
    flat = out.reshape(-1)  # a view: the arrays of parameters are contiguous
    for start in range(0, flat.size, PIECE):
        yield flat[start : start + PIECE]


def _check_range(out: Array, farthest: float) -> None:
    if not farthest <= float(np.finfo(out.dtype).max):
        raise SettingError(f"Numbers up to {farthest:g} do not fit into {out.dtype}: they would be infinite.")


def uniform(out: Array, rng: np.random.Generator, low: float, high: float) -> None:
    """Fill with U[low, high): variance (high - low)^2 / 12."""
    _check_range(out, high - low)
    by_words = out.dtype == np.float32 and out.size >= PIECE and _gives_whole_words(rng)
    for piece in pieces(out):
        if by_words and piece.size % 2 == 0:
            _fill_from_words(piece, rng, high - low)
        else:
            rng.random(out=piece, dtype=out.dtype)
            piece *= high - low
        piece += low


def _gives_whole_words(rng: np.random.Generator) -> bool:
    """Return whether the generator's next 64 bits are its next two draws of 32, in the order of memory."""
    words = rng.bit_generator
    return sys.byteorder == "little" and isinstance(words, np.random.PCG64) and not words.state["has_uint32"]


def _fill_from_words(piece: Array, rng: np.random.Generator, width: float) -> None:
    """Fill with what `rng.random` would give, times `width`, to the bit, in half the time.

    A float32 draw of numpy is the upper 24 of 32 bits, divided by 2^24; here all words of a piece are taken at once.
    """
    words = rng.bit_generator.random_raw(piece.size // 2).view(np.uint32)
    words >>= 8
    np.multiply(words, np.float32(np.float32(width) * 2**-24), out=piece, dtype=np.float32)


def normal(out: Array, rng: np.random.Generator, mean: float, sigma: float) -> None:
    """Fill with N(mean, sigma^2); sigma is the standard deviation, not the variance."""
    _check_range(out, abs(mean) + FARTHEST * sigma)
    for piece in pieces(out):
        rng.standard_normal(out=piece, dtype=out.dtype)
        piece *= sigma
        if mean:
            piece += mean


def truncated_normal(out: Array, rng: np.random.Generator, mean: float, sigma: float) -> None:
    """Fill with N(mean, sigma^2) conditioned on |x - mean| <= 2 sigma.

    Values outside are drawn again, not moved to the border.  The standard deviation that is left is 0.8796 sigma.
    """
    _check_range(out, abs(mean) + FARTHEST * sigma)
    for piece in pieces(out):
        rng.standard_normal(out=piece, dtype=out.dtype)
        outside = np.flatnonzero(np.abs(piece) > 2)
        while outside.size:
            piece[outside] = rng.standard_normal(outside.size, dtype=out.dtype)
            outside = outside[np.abs(piece[outside]) > 2]
        piece *= sigma
        piece += mean


def orthogonal(out: Array, rng: np.random.Generator, scale: float) -> None:
    """Fill with a random matrix, of the first axis by all others, whose shorter side is orthogonal, of norm `scale`.

    Saxe et al. (2014).  The Q of the QR decomposition of a Gaussian matrix; the signs of R's diagonal are moved into
    Q, without which Q would not be uniformly distributed (Mezzadri 2007).
    """
    _check_range(out, scale)
    rows, columns = out.shape[0], math.prod(out.shape[1:])
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -scale, scale)
    out[...] = (q if rows >= columns else q.T).reshape(out.shape)


def bilinear(out: Array) -> None:
    """Fill every kernel of an (out, in, height, width) array with the weights of bilinear upsampling."""
    *_, height, width = out.shape

    def tent(length: int) -> Array:
        factor = math.ceil(length / 2)
        centre = (2 * factor - 1 - factor % 2) / (2 * factor)
        return 1 - np.abs(np.arange(length) / factor - centre)

    out[...] = tent(height)[:, None] * tent(width)
