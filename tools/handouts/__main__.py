"""`make handouts`: the PDFs and the EPUBs, in `_build/handouts`, a folder for each language; pages then offer them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tools.handouts import epub, press, sheets
from tools.handouts.words import VARIANTS, Variant
from tools.project import documents, remove_others, write_new
from tools.site import landing, offers
from tools.text.words import LANGUAGES

OFFERED = "offered"  # what pages offer, instead of names


@dataclass(frozen=True)
class Job:
    """A file to be made: of a chapter or of the whole book, in a language, a variant on paper or the EPUB."""

    name: str
    edition: str
    variant: Variant | None

    @property
    def file(self) -> str:
        """Return where the file is below the folder of all."""
        variant = self.variant
        return offers.paper(self.name, self.edition, variant.suffix) if variant else offers.ebook(self.edition)

    def made_of(self) -> str:
        """Return a hash of all that it is made of."""
        return offers.made_of(self.edition, documents() if self.name == offers.WHOLE else [self.name])

    def made(self, page: Page) -> bytes:
        """Return the file, made by a page of a browser."""
        if self.variant is None:
            return epub.packed(page, self.edition)
        if self.name == offers.WHOLE:
            handout = sheets.book(self.edition, self.variant)
        else:
            handout = sheets.chapter(self.edition, self.name, self.variant)
        return press.pressed(page, handout, self.edition, self.variant.suffix)


def jobs(names: list[str]) -> Iterator[Job]:
    """Yield what is to be made: of some pages or of the whole `book`, what pages offer, or all that there is."""
    known = [*documents(), offers.WHOLE]
    if unknown := set(names) - {*known, OFFERED}:
        raise SystemExit(f"no chapter {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    offered = offers.wanted()
    for edition in LANGUAGES:
        for name in known:
            variants = [*VARIANTS, *([None] if name == offers.WHOLE else [])]
            for job in (Job(name, edition, variant) for variant in variants):
                if not names or name in names or (OFFERED in names and job.file in offered):
                    yield job


def main(names: list[str]) -> None:
    """Make the handouts of some pages or all, unless they are of today's pages, and let pages offer what they do."""
    asked = list(jobs(names))
    waiting = [(job, made) for job in asked if not offers.fresh(job.file, made := job.made_of())]
    if waiting:
        with press.press() as page:
            for job, made in waiting:
                data = job.made(page)
                offers.remember(job.file, "")  # so that half a file is never taken for a whole one
                write_new(offers.PRINTED / job.file, data)
                offers.remember(job.file, made)
                print(f"{job.file}: {len(data) / 1e6:.1f} MB", flush=True)
    if not names:
        remove_others(offers.PRINTED, [offers.PRINTED / job.file for job in asked])
    offers.publish()
    landing.publish()
    print(f"{len(waiting)} of {len(asked)} printed, {len(asked) - len(waiting)} were there and are of today's pages")
    print(f"pages offer {len(offers.there())} of {len(offers.wanted())} PDFs and EPUBs")


if __name__ == "__main__":
    main(sys.argv[1:])
