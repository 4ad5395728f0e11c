"""Running a class: both languages give the same lines to copy, and what they name is what is locked."""

from __future__ import annotations

import json
import re

import pytest

from tools import weekly
from tools.project import ROOT

PAGES = ["docs/class.md", "docs/class.ko.md"]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
HUB = ROOT / "hub"


def test_both_languages_give_the_same_lines_to_copy_and_the_same_numbers():
    english, korean = (re.findall(r"^```.*?^```", text, re.M | re.S) for text in TEXTS.values())
    assert english == korean and len(english) == 2
    english, korean = (set(re.findall(r"\d+(?:\.\d+)*", text.replace("**", ""))) for text in TEXTS.values())
    assert english - korean == set(), "numbers that the Korean does not have"


@pytest.mark.parametrize("page", PAGES)
def test_the_recipe_names_files_that_are_there_and_versions_that_are_locked(page):
    paths = {word.removeprefix("../d2lparams/") for word in re.findall(r"\S+/\S+\.(?:txt|py)", TEXTS[page])}
    named = {path for path in paths if path.startswith(("hub/", "requirements/"))}
    assert named == {"hub/jupyterhub_config.py", "requirements/hub.txt"} and all(
        (ROOT / path).exists() for path in named
    )
    proxy = json.loads((HUB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    pins = weekly.pins()["requirements/hub.in"] | proxy
    for name in ("jupyterhub", "jupyterlab", "nbgitpuller", "configurable-http-proxy"):
        assert f"{name} {pins[name]}" in TEXTS[page]


def test_the_hub_has_what_notebooks_have_elsewhere_in_the_same_versions():
    pins = weekly.pins()
    assert pins["requirements/binder.txt"].items() <= pins["requirements/hub.txt"].items()


@pytest.mark.parametrize("lock", sorted(path.name for path in (ROOT / "requirements").glob("*.txt")))
def test_a_lock_of_python_has_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    assert len(packages) > 20 and all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


@pytest.mark.parametrize("folder", ["site", "site/data", "site/lint", "hub"])
def test_a_lock_of_npm_has_a_hash_for_every_package_and_no_address(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages.pop("") and packages
    assert all("integrity" in about and "resolved" not in about for about in packages.values())
