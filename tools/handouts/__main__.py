"""`make handouts`: the PDFs and the EPUBs, in `_build/handouts`, a folder for each language."""

import sys

from tools.handouts import epub, press, sheets
from tools.handouts.words import LANGUAGES, VARIANTS
from tools.project import BUILD, documents, remove_others, write_new

FOLDER = BUILD / "handouts"
WHOLE = "book"


def main(names: list[str]) -> None:
    """Make the handouts of some chapters or of the whole `book`, or all that there are, and remove what is not made."""
    known = [WHOLE, *documents()]
    if unknown := set(names) - set(known):
        raise SystemExit(f"no chapter {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    made = []
    with press.press() as page:
        for edition in LANGUAGES:
            for name in names or known:
                for variant in VARIANTS:
                    whole = name == WHOLE
                    handout = sheets.book(edition, variant) if whole else sheets.chapter(edition, name, variant)
                    data = press.pressed(page, handout, edition, variant.suffix)
                    made.append(write_new(FOLDER / edition / f"{handout.stem}.pdf", data))
                    print(f"{made[-1].relative_to(FOLDER)}: {len(data) / 1e6:.1f} MB", flush=True)
                if name == WHOLE:
                    data = epub.packed(page, edition)
                    made.append(write_new(FOLDER / edition / f"book-{edition}.epub", data))
                    print(f"{made[-1].relative_to(FOLDER)}: {len(data) / 1e6:.1f} MB", flush=True)
    if not names:
        remove_others(FOLDER, made)


if __name__ == "__main__":
    main(sys.argv[1:])
