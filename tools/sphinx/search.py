"""The Sphinx extension for search that finds Korean: words with their particles attached.

Sphinx has no Korean search language.  A reader types 편향 or 층, the page has 편향을 and 층의; since a particle comes
last, it is enough to index every beginning of a Hangul word.  English words go the way of Sphinx's English, stemmed.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

HANGUL = re.compile(r"[가-힣]+")


class SearchKorean(SearchEnglish):
    """Index Hangul words by all their beginnings, and English as English."""

    lang = "ko"
    language_name = "Korean"

    def split(self, input: str) -> list[str]:
        """Return the words of a text, each Hangul run with all its beginnings."""
        words = []
        for word in super().split(input):
            runs = HANGUL.findall(word)
            words += [word] if not runs else []
            words += [run[:length] for run in runs for length in range(1, len(run) + 1)]
        return words


def choose(app: Sphinx, config: Config) -> None:
    """Index pages that have Korean in this way."""
    if config.edition != "en":
        config.html_search_language = "ko"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the language and choose it."""
    app.add_search_language(SearchKorean)
    app.connect("config-inited", choose, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
