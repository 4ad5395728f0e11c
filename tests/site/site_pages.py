"""The pages of the built site, by path."""

from __future__ import annotations

from tools.editions import EDITIONS
from tools.project import documents

PAGES = [f"{edition}/{name}.html" for edition in EDITIONS for name in documents()]
OTHER_PAGES = ["index.html", *(f"{edition}/search.html" for edition in EDITIONS)]
