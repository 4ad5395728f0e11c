"""A class on JupyterHub by the recipe of `docs/class.md`: what its lines make, and a student's whole path in a browser.

`make test-hub` runs this; `make test` does not, since the recipe installs an environment anew, which takes minutes.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from patience import PATIENCE
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tools import browser as browsers
from tools.project import BOOK, ROOT
from tools.text import execute, grading, notebooks
from tools.text.cells import Cell, NotebookError, read, source, tags

expect.set_options(timeout=PATIENCE * 1000)

CHAPTERS = ("tree", "tied")
RUNNING = "JupyterHub is now running at"
CORRECTION = "\n\nThe lecturer has corrected this paragraph."
# Down by less than a screen, from the end back to the beginning.
SCROLL = """(node) => {
  const end = node.scrollTop + node.clientHeight >= node.scrollHeight - 1;
  node.scrollTop = end ? 0 : node.scrollTop + node.clientHeight / 2;
}"""


def told(pattern: str) -> str:
    """Return what `docs/class.md` says of JupyterHub at a place."""
    page = (ROOT / "docs" / "class.md").read_text(encoding="utf-8")
    (found,) = re.findall(pattern, re.search(r"^## JupyterHub\n(.*?)^## ", page, re.M | re.S)[1], re.M | re.S)
    return found


def recipe() -> list[str]:
    """Return the lines of the recipe."""
    return told(r"^```sh\n(.*?)^```").strip().splitlines()


def git(folder: Path, *words: str) -> None:
    """Let git do something in a folder, as the lecturer."""
    who = ["-c", "user.name=Lecturer", "-c", "user.email=lecturer@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def ports(count: int) -> list[int]:
    """Return ports that are free."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


@dataclass
class Class:
    """A class as it runs: the process of its hub, its address and password, its folder, what is served to it."""

    hub: psutil.Process
    address: str
    password: str
    folder: Path
    served: Path
    desk: Path  # the lecturer's clone, from which corrections are pushed

    def link(self, name: str) -> str:
        """Return the link that the lecturer gives out for a chapter."""
        form = told(r"^```\n(http://HUB:8000/.*?)\n```").replace("http://HUB:8000", self.address)
        return form.replace("REPOSITORY", quote(self.served.as_uri(), safe="")).replace("tree.ipynb", f"{name}.ipynb")

    def home(self, student: str) -> Path:
        """Return the folder of a student."""
        return self.folder / "students" / student

    def file(self, student: str, name: str) -> Path:
        """Return where a student's own copy of a chapter lies."""
        return self.home(student) / "d2lparams" / "book" / f"{name}.ipynb"

    def imports(self, folder: Path) -> bool:
        """Return whether a notebook in a folder finds the package."""
        python = self.hub.cmdline()[0]
        return not subprocess.run([python, "-c", "from d2lparams import Trainer"], cwd=folder).returncode

    def memory(self, student: str) -> float:
        """Return the megabytes that a student's server and kernels have for themselves; hub and proxy for no name."""
        own = [process for process in [self.hub, *self.hub.children(recursive=True)] if student == user(process)]
        assert len(own) == 2
        return sum(process.memory_full_info().uss for process in own) / 1e6


def user(process: psutil.Process) -> str:
    """Return for which user of the hub a process runs."""
    return process.environ().get("JUPYTERHUB_USER", "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository that holds what stands in this one now, committed or not."""
    desk = tmp_path_factory.mktemp("lecturer") / "desk"
    desk.mkdir()
    git(desk, "init", "--quiet", "--initial-branch=main")
    git(desk, f"--git-dir={desk / '.git'}", f"--work-tree={ROOT}", "add", "--all")
    git(desk, "commit", "--quiet", "--message=The book")
    git(desk, "reset", "--quiet", "--hard")
    git(desk, "clone", "--quiet", "--bare", ".", str(desk.with_name("served.git")))
    git(desk, "remote", "add", "origin", str(desk.with_name("served.git")))
    return desk.with_name("served.git")


def started(served: Path, options: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Follow the recipe in a new folder and return its last program, which runs."""
    *made, last = [line.replace("REPOSITORY", served.as_uri()) for line in recipe()]
    begun = re.sub(r"(?=\bjupyterhub )", "exec ", last, count=1)
    measured = f"echo Made in $SECONDS s, $(du -sm {log.parent} | cut -f1) MB"
    script = "\n".join(["set -e", *made, measured, f"{begun} {shlex.join(options)}"])
    own = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # its python3 is new enough
    with log.open("wb") as file:
        whole = {"cwd": log.parent, "env": {**os.environ, "PATH": own}, "stdout": file, "stderr": file}
        running = subprocess.Popen(["bash", "-c", script], **whole)
    while RUNNING not in (said := log.read_text(encoding="utf-8")):
        assert running.poll() is None, f"the recipe of docs/class.md failed:\n{said[-3000:]}"
        time.sleep(0.2)
    print(re.search(r"^Made in .*", said, re.M)[0])
    return running


@pytest.fixture(scope="module")
def class_(served: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """Return a class that the recipe has made, on ports of its own."""
    room = tmp_path_factory.mktemp("room")
    port, hub, proxy = ports(3)
    options = ["--ip=127.0.0.1", f"--port={port}", f"--JupyterHub.hub_port={hub}"]
    options += [f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{proxy}"]
    if os.geteuid() == 0:  # in a container
        options.append("--Spawner.args=--allow-root")
    running = started(served, options, room / "log")
    (password,) = re.findall(r"CLASS_PASSWORD='(.*?)'", recipe()[-1])
    address, desk = f"http://127.0.0.1:{port}", served.with_name("desk")
    yield Class(psutil.Process(running.pid), address, password, room / "class", served, desk)
    running.terminate()
    running.wait()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a headless browser."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=browsers.executable(), args=browsers.FLAGS, timeout=PATIENCE * 1000
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return the page of somebody whom the hub does not know yet."""
    context: BrowserContext = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def log_in(page: Page, link: str, name: str, password: str) -> None:
    """Follow a link, and say who one is."""
    page.goto(link)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def arrive(page: Page, link: str, name: str, password: str) -> None:
    """Follow a link to a chapter and log in on the way; return when the notebook is open and its kernel waits."""
    log_in(page, link, name, password)
    page.wait_for_url("**/lab/tree/**")
    expect(page.get_by_text("| Idle")).to_be_visible()


def until(done: Callable[[], bool], step: Callable[[], None]) -> None:
    """Take a step again and again until something is so."""
    last = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < last, "it did not come"
        step()


def choose(page: Page, menu: str, entry: str) -> None:
    """Choose an entry of one of the menus."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def find(page: Page, what: Locator) -> Locator:
    """Scroll through the notebook, which draws what is near, until something is there; return it."""
    panel = page.locator(".jp-WindowedPanel-outer")
    panel.evaluate("(node) => { node.scrollTop = 0; }")

    def scroll() -> None:
        panel.evaluate(SCROLL)
        page.wait_for_timeout(100)  # until it is drawn; if that is too short, the next round finds it

    until(what.first.is_visible, scroll)
    what.first.scroll_into_view_if_needed()
    return what.first


def see_a_picture(page: Page) -> None:
    """Look at the first figure as it is stored: a picture stands there, and nothing says that a widget is gone."""
    picture = find(page, page.locator(".jp-OutputArea img"))
    assert picture.evaluate("async (node) => { await node.decode(); return node.naturalWidth; }") > 0
    assert not page.get_by_text("model not found").count()


def move_a_figure(page: Page) -> None:
    """Move the first slider of the first figure: the student's own Python draws the figure anew."""
    figure = find(page, page.locator(".jp-OutputArea figure.d2l-figure"))
    said, slider = figure.locator(".d2l-say"), figure.get_by_role("slider").first
    before = said.inner_text()
    slider.press("ArrowRight")
    expect(said).not_to_have_text(before)


def code_cells(path: Path) -> list[Cell]:
    """Return the code cells of a notebook file."""
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def save(page: Page, path: Path, whole: Callable[[list[Cell]], bool]) -> list[Cell]:
    """Save until the code cells in the student's file are as they should be; return them."""
    found: list[Cell] = []

    def press() -> None:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(300)
        with contextlib.suppress(NotebookError):  # it is being written
            found[:] = code_cells(path)

    until(lambda: bool(found) and whole(found), press)
    return found


def run_all(page: Page, path: Path) -> list[execute.Outputs]:
    """Clear the outputs, which come from the repository, and run all cells; return what the student's file has then."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    save(page, path, lambda cells: not any(cell["outputs"] for cell in cells))
    choose(page, "Run", "Run All Cells")
    ran = save(page, path, lambda cells: all(cell["execution_count"] for cell in cells))
    return [execute.joined(cell["outputs"]) for cell in ran]


def exercise(name: str) -> tuple[str, str]:
    """Return what stands in the cell of a chapter's first answer, and what a student writes there, which is right."""
    cells = read(BOOK / f"{name}.ipynb")["cells"]
    place, (_, solution) = next(iter(grading.exercises(cells).items()))
    return source(cells[place]), f"# counted by hand\n{grading.without_asking(source(solution))}"


def answer(page: Page, empty: str, written: str) -> None:
    """Write an answer into its cell and run it with its check, which says that it is right."""
    code = page.locator(".jp-CodeCell .cm-content")
    find(page, code.filter(has_text=re.compile(rf"^\s*{re.escape(empty)}\s*$"))).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(written)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    find(page, page.locator(".jp-OutputArea-output").filter(has_text="Well done: "))


def correct(lecturer: Class, name: str) -> None:
    """Correct the first paragraph of a chapter and the question of its first exercise, and push it."""
    path = lecturer.desk / "book" / f"{name}.ipynb"
    notebook = read(path)
    question = next(n for n, cell in enumerate(notebook["cells"]) if "answer" in tags(cell)) - 1
    for cell in (notebook["cells"][0], notebook["cells"][question]):
        cell["source"] = source(cell) + CORRECTION
    notebooks.write(path, notebook)
    git(lecturer.desk, "commit", "--quiet", "--all", "--message=Two corrections")
    git(lecturer.desk, "push", "--quiet", "origin", "main")


def test_nobody_comes_in_without_the_password_of_the_class(class_: Class, page: Page) -> None:
    log_in(page, class_.link(CHAPTERS[0]), "mallory", f"{class_.password}!")
    expect(page.get_by_text("Invalid username or password")).to_be_visible()
    assert not class_.home("mallory").exists()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_shows_its_pictures_at_once_and_runs_as_stored(class_: Class, page: Page, name: str) -> None:
    student = f"reader-of-{name}"
    arrive(page, class_.link(name), student, class_.password)
    see_a_picture(page)
    outputs = run_all(page, class_.file(student, name))
    assert execute.differences(BOOK / f"{name}.ipynb", outputs) == []
    move_a_figure(page)
    assert class_.imports(class_.home(student))  # where a folder of that name lies, which is not the package
    taken, once = class_.memory(student), class_.memory("")
    print(f"{student}: {taken:.0f} MB, hub and proxy: {once:.0f} MB")
    assert taken <= float(told(r"(\d+) MB a student")) and once <= float(told(r"(\d+) MB once"))


def test_an_answer_outlives_log_out_and_corrections(class_: Class, page: Page) -> None:
    name, student = CHAPTERS[0], "mina"
    empty, written = exercise(name)
    arrive(page, class_.link(name), student, class_.password)
    path = class_.file(student, name)
    run_all(page, path)
    answer(page, empty, written)
    save(page, path, lambda cells: any(source(cell) == written for cell in cells))
    choose(page, "File", "Log Out")
    page.wait_for_url("**/hub/l*")
    correct(class_, name)
    arrive(page, class_.link(name), student, class_.password)
    see_a_picture(page)
    find(page, page.locator(".jp-RenderedMarkdown").filter(has_text=CORRECTION.strip()))
    find(page, page.locator(".jp-CodeCell .cm-content").filter(has_text=written.splitlines()[0]))
    cells = read(path)["cells"]
    assert sum(CORRECTION in source(cell) for cell in cells) == 2
    (place,) = [n for n, cell in enumerate(cells) if source(cell) == written]
    assert execute.text(cells[place + 1]["outputs"]).startswith("Well done: ")
