"""Find the browsers that the tests drive: a Chromium for all of them, Firefox and WebKit for some.

An installed Chromium or Chrome is used as it is; else playwright is asked to install its own. Firefox and WebKit, with
the drivers that Debian packages, are installed by apt where that may be done. Where it cannot, the message says what to
do.
"""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Nothing but the page under test may use the network, and root in a container has no sandbox.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HELP = """No Chromium or Chrome was found, and playwright could not install one. Either
    install Chromium or Chrome as your system does it (Debian: apt install chromium), or
    name one that is there: D2L_BROWSER=/path/to/chromium make test"""

# What drives Firefox and WebKit: where it may be, and the Debian package that brings it.
OTHERS = {
    "firefox": (("firefox-esr", "firefox"), "firefox-esr"),
    "WebKitWebDriver": (("WebKitWebDriver",), "webkit2gtk-driver"),
    "MiniBrowser": (("/usr/lib/*/webkit2gtk-4.*/MiniBrowser",), "webkit2gtk-driver"),
    "Xvfb": (("Xvfb",), "xvfb"),
}
OTHERS_HELP = """Not found, and not installed either: {missing}. Firefox and WebKit are driven as Debian and its like
    package them, and root's `make test` installs them there. Else, once: apt install {packages}"""


def other(name: str) -> str:
    """Return the path of a part of what drives Firefox and WebKit, or the empty string."""
    places, _ = OTHERS[name]
    found = (path for place in places for path in (shutil.which(place), *sorted(glob.glob(place))))
    return next((path for path in found if path), "")


def others() -> None:
    """Install what drives Firefox and WebKit as far as it is not there; exit with what to do where that may not be."""

    def missing() -> list[str]:
        return [name for name in OTHERS if not other(name)]

    def packages() -> list[str]:
        return sorted({OTHERS[name][1] for name in missing()})

    if missing() and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing", *packages(), flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages()]):
            subprocess.run(["apt-get", "-qq", *words], env=quiet, stdout=subprocess.DEVNULL, check=False)
    if missing():
        raise SystemExit(OTHERS_HELP.format(missing=", ".join(missing()), packages=" ".join(packages())))


def installed() -> str:
    """Return the path of an installed browser, or the empty string."""
    if given := os.environ.get("D2L_BROWSER"):
        return given
    named = (shutil.which(name) for name in NAMES)
    placed = (place for place in PLACES if Path(place).exists())
    return next((path for path in (*named, *placed) if path), "")


def executable() -> str:
    """Return the path of a browser, installing playwright's own when there is none."""
    if path := installed():
        return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        own = driver.chromium.executable_path
        if not Path(own).exists():
            print("No Chromium or Chrome found: installing playwright's own", flush=True)
            # Only root may install the system libraries it wants; elsewhere they are usually there.
            libraries = ["--with-deps"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
            subprocess.run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], check=False)
        if not Path(own).exists():
            raise SystemExit(HELP)
        return own


if __name__ == "__main__":
    others()
