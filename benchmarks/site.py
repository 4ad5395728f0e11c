"""`make bench-site`: the weight and the speed of the built pages, printed beside the bars they have to meet."""

from __future__ import annotations

import gzip
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.lighthouse import run as lighthouse
from benchmarks.timing import Row, seconds
from tools import browser as browsers
from tools.project import SITE, documents
from tools.site.build import build_site
from tools.site.fonts import FOLDER
from tools.site.serve import Handler, server

ZIPPED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm"}
READY = "() => window.d2lPage?.state === 'ready'"
# A slider's new picture is there when it is drawn and laid out, and it is another one.
STATIC = """(times) => [...Array(times).keys()].map((i) => {
  const slider = document.querySelector("figure.d2l-figure input[type=range]");
  const stage = slider.closest("figure").querySelector(".d2l-stage");
  const before = stage.innerHTML, began = performance.now();
  slider.value = (Number(slider.value) + 1) % (Number(slider.max) + 1);
  slider.dispatchEvent(new Event("input"));
  stage.getBoundingClientRect();
  const took = performance.now() - began;
  if (stage.innerHTML === before) throw new Error("the slider moved and the picture is the same");
  return took;
})"""
LIVE = """async ([number, times]) => {
  const place = document.querySelectorAll("article .cell")[number].querySelector(".d2l-output");
  const select = place.querySelector("select"), stage = place.querySelector(".d2l-stage svg");
  const found = [];
  for (let i = 0; i < times; i += 1) {
    const drawn = new Promise((resolve) => {
      new MutationObserver((_, watcher) => { watcher.disconnect(); resolve(); }).observe(stage, {childList: true});
    });
    const began = performance.now();
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    select.dispatchEvent(new Event("change", {bubbles: true}));
    await drawn;
    stage.getBoundingClientRect();
    found.push(performance.now() - began);
  }
  return found;
}"""
# The time of a cell; of one that is stopped after a second, the time from then.
OUTPUT = """async ([code, stopped]) => {
  const [cell] = window.d2lPage.cells;
  const {editor} = cell;
  editor.dispatch({changes: {from: 0, to: editor.state.doc.length, insert: code}});
  let began = performance.now();
  if (stopped) setTimeout(() => { began = performance.now(); window.d2lPage.stop(); }, 1000);
  await window.d2lPage.run(cell);
  return performance.now() - began;
}"""


# The name of a Python that nobody has joined yet.
ANOTHER = "(name) => localStorage.setItem('d2l-live', name)"


class Counting(Handler):
    """Sends text gzipped, and nothing that a browser has already, as hosts do; remembers what was asked for."""

    asked: ClassVar[list[str]] = []
    kept: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer and remember."""
        path = self.path.split("?")[0]
        self.asked.append(path)
        file = Path(self.translate_path(path))
        if not file.is_file():
            super().do_GET()
            return
        date = self.date_time_string(int(file.stat().st_mtime))
        if self.headers["If-Modified-Since"] == date:
            self.kept.append(path)
            self.send_response(304)
            self.end_headers()
            return
        if file.suffix not in ZIPPED:
            super().do_GET()
            return
        data = gzip.compress(file.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Last-Modified", date)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def pages() -> Iterator[tuple[str, Browser]]:
    """Yield the address of the served site and a browser."""
    with server(SITE, 0, handler=Counting) as running, sync_playwright() as driver:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(executable_path=browsers.executable(), args=browsers.FLAGS)
        yield f"http://localhost:{running.server_address[1]}/", browser
        browser.close()
        running.shutdown()


def zipped(paths: list[str]) -> int:
    """Return the bytes of files as a host sends them: text gzipped, what is packed already as it is."""
    files = [Path(SITE, path.lstrip("/")) for path in paths]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files if file.exists())


def weight(page: Page, address: str, path: str) -> list[Row]:
    """Return what the first view of a page costs."""
    Counting.asked.clear()
    page.goto(address + path, wait_until="networkidle")
    asked = list(Counting.asked)
    fonts = [name for name in asked if f"/{FOLDER.name}/" in name]
    rest = [name for name in asked if name not in fonts]
    return [
        Row(f"{path}: first view without fonts", zipped(rest) / 1e3, "KB", 500, f"{len(rest)} files"),
        Row(f"{path}: fonts", zipped(fonts) / 1e3, "KB", 200, f"{len(fonts)} files"),
        Row(f"{path}: requests", len(asked), "", 25),
    ]


def start(page: Page, address: str, path: str, name: str = "") -> float:
    """Return the seconds from the click to ready; with a name, of a Python that is not there yet."""
    page.goto(address + path, wait_until="networkidle")
    page.evaluate(ANOTHER, name)
    Counting.asked.clear()
    Counting.kept.clear()
    began = time.perf_counter()
    page.click(".d2l-run")
    page.wait_for_function(READY, timeout=120_000)
    return time.perf_counter() - began


def live(browser: Browser, address: str, path: str) -> Iterator[Row]:
    """Yield what a click costs and how fast a live page answers."""
    context = browser.new_context()
    page = context.new_page()
    cold = start(page, address, path)
    asked = list(Counting.asked)
    yield Row("click to ready, nothing cached", cold, "s", None)
    yield Row("the click loads", zipped(asked) / 1e6, "MB", None, f"{len(asked)} requests")
    # Another visit with the same cache: no Python yet, the files at hand.
    warm = [start(page, address, path, f"visit-{n}") for n in range(3)]
    kept = f"{len(Counting.kept)} of {len(Counting.asked)} requests from the cache"
    yield Row("click to ready, warm cache", statistics.median(warm), "s", 12, kept)
    yield Row("the next page of the visit", start(page, address, path, "visit-2"), "s", None)
    yield Row("first output of a cell", page.evaluate(OUTPUT, ["6 * 7", False]) / 1e3, "s", 0.3)
    yield Row("stop of an endless loop", page.evaluate(OUTPUT, ["while True: pass", True]) / 1e3, "s", 1)
    page.evaluate("window.d2lPage.reset()")
    page.evaluate("window.d2lPage.runAll()")
    number = page.evaluate("window.d2lPage.cells.findIndex(({place}) => place.querySelector('select'))")
    times = page.evaluate(LIVE, [number, 30])
    yield Row("live: control to new picture", statistics.median(times), "ms", 100)
    # A call into C, which looks for no signal, is left behind with its Python.
    yield Row("stop of a deaf cell", page.evaluate(OUTPUT, ["sum(range(400_000_000))", True]) / 1e3, "s", 5)
    context.close()


def rows() -> Iterator[Row]:
    """Yield every row."""
    yield Row("a build with nothing changed", seconds(build_site), "s", 20)
    heavy = max(documents(), key=lambda name: (SITE / "both" / f"{name}.html").stat().st_size)
    with pages() as (address, browser):
        page = browser.new_page()
        for path in ("index.html", f"both/{heavy}.html"):
            yield from weight(page, address, path)
        page.goto(f"{address}en/initializers.html", wait_until="networkidle")
        yield Row("static: slider to new picture", statistics.median(page.evaluate(STATIC, 60)), "ms", 16)
        page.close()
        yield from live(browser, address, "en/tree.html")
        for path in ("en/tree.html", "ko/tree.html", f"both/{heavy}.html"):
            for preset, bar in (("desktop", 95), ("mobile", 85)):
                yield from lighthouse(address + path, path, preset, bar)


def main() -> None:
    """Print the table, and exit with 1 if a bar was missed."""
    missed = 0
    for row in rows():
        missed += not row.met
        print(row, flush=True)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
