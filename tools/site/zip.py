"""`make site-zip`: the whole site in one file, for a classroom with no internet.

Unpacked, its text, its figures and its language links work by a double click on `index.html`; with any web server, for
instance `python -m http.server`, so does everything else, Python included.
"""

import hashlib
import io
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

from tools.project import BUILD, ROOT, SITE, files_below

ARCHIVE = BUILD / "d2lparams-site.zip"
FOLDER = "d2lparams-site"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the same files give the same bytes
PACKED = {".whl", ".zip", ".woff2", ".png"}  # compressed already
PLAIN = "mimetype"  # by which a reader knows an EPUB, from the first bytes
README = """Parameters of Deep Networks / 심층 신경망의 파라미터

Open index.html to read. To run Python in the pages too, start a web server in this folder:
읽으려면 index.html을 여세요. 페이지에서 파이썬도 실행하려면 이 폴더에서 웹 서버를 시작하세요.

    python -m http.server

and open / 그리고 여세요: http://localhost:8000/

Text / 글: CC BY-SA 4.0 (LICENSE-text). Code / 코드: MIT (LICENSE).
"""


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip of files, the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            method = zipfile.ZIP_STORED if Path(name).suffix in PACKED or name == PLAIN else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, method)
    return stream.getvalue()


def recorded(files: dict[str, bytes], record: str) -> dict[str, bytes]:
    """Return the files of a wheel with its RECORD, which names them all with their hashes and sizes."""
    others = {path: data for path, data in files.items() if path != record}
    lines = [
        f"{path},sha256={urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\n"
        for path, data in others.items()
    ]
    return others | {record: "".join([*lines, f"{record},,\n"]).encode()}


def pack(site: Path, archive: Path) -> int:
    """Pack a built site; return the bytes of the archive."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in files_below(site)}
    files["README.txt"] = README.encode()
    files |= {name: (ROOT / name).read_bytes() for name in ("LICENSE", "LICENSE-text")}
    return archive.write_bytes(packed({f"{FOLDER}/{name}": files[name] for name in sorted(files)}))


def main() -> None:
    """Pack the site, and say what became of it."""
    print(f"{ARCHIVE.relative_to(ROOT)}: {pack(SITE, ARCHIVE) / 1e6:.0f} MB, to be unpacked and opened at index.html")
    if not any(path.suffix == ".pdf" for path in files_below(SITE)):
        print("It has no PDFs and no EPUB; with a browser on this machine, make handouts site-zip prints them first")


if __name__ == "__main__":
    main()
