"""The README: its example prints what it says, in both languages, and its links lead somewhere."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from d2lparams import nn

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "README.ko.md"]


def block(page: str, language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.mark.parametrize("page", PAGES)
def test_the_example_prints_what_the_page_says(page):
    out = io.StringIO()
    with nn.NameManager(), contextlib.redirect_stdout(out):
        exec(block(page, "python"), {})
    assert out.getvalue() == block(page, "text")


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_into_the_repository_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", re.sub(r"`[^`\n]+`", "", text))  # not those of an example
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_languages_have_the_same_parts():
    shapes = [
        re.findall(r"^(#+ |```\w*|\|)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE) for page in PAGES
    ]
    assert shapes[0] == shapes[1]


def lines_of_code(path: Path) -> int:
    """Return how many lines hold code: no blank lines, no comments, no docstrings."""
    text = path.read_text(encoding="utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented |= set(range(node.lineno, node.end_lineno + 1))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    spoken = {n for t in tokens if t.type not in silent for n in range(t.start[0], t.end[0] + 1)}
    return len(spoken - documented)


LOADED = (
    "import sys, d2lparams; print(*(sys.modules[name].__file__ for name in sys.modules if name[:9] == 'd2lparams'))"
)


@pytest.mark.parametrize(
    ("page", "sentences"),
    [
        (
            "README.md",
            (
                "about {lines:,} lines of code in {files} files",
                "What else chapters look with adds {lines:,} in {files}",
                "the figures {lines:,} in {files}",
            ),
        ),
        (
            "README.ko.md",
            (
                "프레임워크는 파일 {files}개, 코드 {lines:,}줄쯤",
                "쓰는 파일 {files}개는 {lines:,}줄쯤",
                "그리는 파일 {files}개는 {lines:,}줄쯤",
            ),
        ),
    ],
)
def test_the_size_of_the_framework_is_what_the_page_says(page, sentences):
    text = (ROOT / page).read_text(encoding="utf-8")
    run = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, check=True, text=True)
    framework = {Path(name) for name in run.stdout.split()}
    others = {*(ROOT / "d2lparams").glob("*.py")} - framework
    for sentence, files in zip(sentences, (framework, others, {*(ROOT / "d2lparams/view").glob("*.py")}), strict=True):
        lines = round(sum(map(lines_of_code, files)), -2)
        assert sentence.format(lines=lines, files=len(files)) in text


@pytest.mark.parametrize(
    ("page", "spine"), [("README.md", "about {lines:,} lines"), ("README.ko.md", "{lines:,}줄쯤이라")]
)
def test_the_spine_is_as_long_as_the_page_says(page, spine):
    text = (ROOT / page).read_text(encoding="utf-8")
    names = ("autograd", "array", "init", "parameter", "block")
    lines = round(sum(lines_of_code(ROOT / "d2lparams" / f"{name}.py") for name in names), -2)
    assert ", ".join(f"`{name}`" for name in names[:2]) in text and spine.format(lines=lines) in text
