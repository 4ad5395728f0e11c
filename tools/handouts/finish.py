"""What a PDF has beside its sheets: its name and language for those who list it, and links to the files beside it.

A browser writes each object of a PDF out in full, and a tagged one has thousands, so packing them together halves it.
"""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from tools.handouts.sheets import BESIDE

AUTHOR = "The d2lparams authors"


def finished(printed: bytes, title: str, edition: str, endings: str) -> bytes:
    """Return a printed PDF with its name, packed; the same bytes for the same print, at whatever time.

    Parameters
    ----------
    printed : what the browser made.
    title : of the document.
    edition : its language.
    endings : what the names of the files beside it end with.
    """
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        del pdf.docinfo
        for name, words in {"Title": title, "Author": AUTHOR, "Producer": "Chromium, pikepdf"}.items():
            pdf.docinfo[Name("/" + name)] = String(words)
        pdf.Root.Lang, pdf.Root.PageMode = String(edition), Name.UseOutlines
        for page in pdf.pages:
            for annotation in page.obj.get(Name.Annots, Array()):
                beside(annotation, endings)
        pdf.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return stream.getvalue()


def beside(annotation: Object, endings: str) -> None:
    """Lead a link to a file beside this one, wherever both are; leave other links as they are."""
    address = str(annotation.get(Name.A, Dictionary()).get(Name.URI, ""))
    if address.startswith(BESIDE):
        file = f"{address.removeprefix(BESIDE)}{endings}.pdf"
        annotation.A = Dictionary(S=Name.GoToR, F=String(file), D=Array([0, Name.Fit]))
