"""What a PDF has beside its sheets: its name and language for those who list it, and links to the files beside it."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from tools.handouts.sheets import BESIDE

AUTHOR = "The d2lparams authors"


def finished(printed: bytes, title: str, edition: str, endings: str) -> bytes:
    """Return a printed PDF with its name; the same bytes for the same print, at whatever time.

    Parameters
    ----------
    printed : what the browser made.
    title : of the document.
    edition : its language.
    endings : what the names of the files beside it end with.
    """
    reader = PdfReader(io.BytesIO(printed))
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = reader.pdf_header
    writer.metadata = None
    writer.add_metadata({"/Title": title, "/Author": AUTHOR, "/Producer": "Chromium, pypdf"})
    writer.root_object[NameObject("/Lang")] = TextStringObject(edition)
    writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
    for page in writer.pages:
        for reference in page.get("/Annots", []):
            beside(reference.get_object(), endings)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def beside(annotation: DictionaryObject, endings: str) -> None:
    """Lead a link to a file beside this one, wherever both are; leave other links as they are."""
    action = annotation.get("/A", {})
    address = str(action.get("/URI", ""))
    if address.startswith(BESIDE):
        annotation[NameObject("/A")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/GoToR"),
                NameObject("/F"): TextStringObject(f"{address.removeprefix(BESIDE)}{endings}.pdf"),
                NameObject("/D"): ArrayObject([NumberObject(0), NameObject("/Fit")]),
            }
        )
