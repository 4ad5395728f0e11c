"""The language in which the package speaks to a reader of the book: English, Korean, or both.

Errors are in English everywhere, as a search finds them.  What a figure says and what an exercise answers follows the
language of the page.
"""

from __future__ import annotations

from .checks import shown
from .errors import SettingError

__all__ = ["LANGUAGES", "language", "set_language"]

LANGUAGES = ("en", "ko", "both")
_language = "both"


def set_language(language: str) -> None:
    """Speak ``'en'``, ``'ko'`` or ``'both'`` languages from now on."""
    global _language
    if not isinstance(language, str) or language not in LANGUAGES:
        raise SettingError(f"language is 'en', 'ko' or 'both', got {shown(language)}.")
    _language = language


def language() -> str:
    """Return the language of live figures and of exercises."""
    return _language
