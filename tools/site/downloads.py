"""The notebooks that pages offer for download, in `notebooks/` of the site, and all of a language in one zip.

A zip has two folders for a lecturer, `student` without solutions and `instructor` with them. Either is the whole book
and works by itself: it has the wheel of the package, since a zip, unlike a page, cannot say where it was served.
"""

from d2lparams.view.spec import both
from tools.project import ROOT, SITE, documents, remove_others, write_new
from tools.site.pyodide import own_wheel
from tools.site.zip import packed
from tools.text import downloads
from tools.text.numbers import numbers
from tools.text.words import LANGUAGES, TITLE, title

FOLDER = SITE / "notebooks"
KINDS = {"student": False, "instructor": True}  # a folder of the zip, and whether it has the solutions
README = both(
    """{title}: all notebooks, in English

student/     every page of the book with its exercises and their checks, without solutions
instructor/  the same with solutions

Give students the folder student/. Either folder works by itself, in any Jupyter, for instance:

    pip install jupyterlab
    jupyter lab

The first cell of a notebook installs d2lparams from the wheel beside it; numpy, matplotlib and anywidget, where they
are missing, pip takes from the Internet.

The order of the book:

{order}

Text: CC BY-SA 4.0 (LICENSE-text). Code: MIT (LICENSE).
""",
    """{title}: 한국어 노트북 모음

student/     책의 모든 페이지입니다. 연습 문제와 확인 셀은 있고 풀이는 없습니다.
instructor/  같은 노트북에 풀이까지 들어 있습니다.

학생에게는 student/ 폴더를 나누어 주세요. 두 폴더는 따로따로 쓸 수 있고, 어느 Jupyter에서나 열립니다. 예를 들면 다음과
같습니다.

    pip install jupyterlab
    jupyter lab

노트북의 첫 셀은 옆에 있는 wheel 파일로 d2lparams를 설치합니다. numpy, matplotlib, anywidget이 없으면 pip가 인터넷에서
받습니다.

책의 순서는 다음과 같습니다.

{order}

글: CC BY-SA 4.0 (LICENSE-text). 코드: MIT (LICENSE).
""",
)


def archive(language: str) -> str:
    """Return the name of the zip of a language."""
    return f"d2lparams-notebooks-{language}.zip"


def readme(language: str) -> str:
    """Return what the zip says of itself, with the pages in the order of the book."""
    known, width = numbers(), max(map(len, documents()))
    lines = (f"{known.get(name, ''):>3}  {name + '.ipynb':{width + 8}}{title(name, language)}" for name in documents())
    return README[language].format(title=TITLE[language], order="\n".join(lines))


def bundled(language: str, notebooks: dict[str, str]) -> bytes:
    """Return the zip of a language, the same bytes for the same notebooks.

    Parameters
    ----------
    language : `en` or `ko`.
    notebooks : the texts of all notebooks by the names that pages offer them under.
    """
    files = {name: (ROOT / name).read_bytes() for name in ("LICENSE", "LICENSE-text")}
    files["README.txt"] = readme(language).encode()
    wheel, package = own_wheel()
    for folder, solutions in KINDS.items():
        files[f"{folder}/{wheel}"] = package
        for name in documents():
            offered = [downloads.file_name(name, language, solved) for solved in (solutions, True)]
            file = next((file for file in offered if file in notebooks), None)
            if file:  # a page that is no notebook has none
                files[f"{folder}/{name}.ipynb"] = notebooks[file].encode()
    top = archive(language).removesuffix(".zip")
    return packed({f"{top}/{name}": files[name] for name in sorted(files)})


def publish() -> None:
    """Bring `notebooks/` of the site up to date."""
    notebooks = downloads.all_notebooks()
    files: dict[str, str | bytes] = {**notebooks}
    files |= {archive(language): bundled(language, notebooks) for language in LANGUAGES}
    for name, content in files.items():
        write_new(FOLDER / name, content)
    remove_others(FOLDER, [FOLDER / name for name in files])
