"""`make twice`: the site of one commit, built twice from nothing, and every byte of the two compared.

The builds stand in two clones with other paths, run at other times, and differ in what a build should not heed: the
time zone, the seed of hashes, the rights that new files get. Fetched packages are shared, since hashes hold them.
Nothing is let through: a byte that differs is told with its place, and the task fails.

`make twice ARGS=interrupted` lets the second build end again and again, in every stage that writes, by Ctrl+C and by a
kill of the process that leads, and starts it anew at once, each time into what the last one has left behind.

One machine is asked. On another processor the last digit of a sum may differ, and with it a coordinate of a picture
(decision 202); what is printed does not (`make test`).
"""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.project import BUILD, ROOT, files_below, repository_url
from tools.site import assets

FOLDER = BUILD / "twice"
PLACES = (FOLDER / "first", FOLDER / "the second" / "further down")
ZONES, MASKS = ("UTC", "Asia/Seoul"), (0o022, 0o077)
COMMAND = [sys.executable, "-m", "tools.site.build"]
AROUND = 60  # bytes shown at either side of a difference


class Moment(NamedTuple):
    """A stage of a build, known by what it writes: it is ended when so many files are new."""

    stage: str
    pattern: str
    new: int


MOMENTS = (
    Moment("executing", "cache/outputs/*.json", 3),
    Moment("live", "site/live/**/*", 10),
    Moment("Sphinx reads", "sphinx/*/doctrees/**/*.doctree", 5),
    Moment("Sphinx writes", "sphinx/*/html/*.html", 5),
    Moment("mirrored", "site/*/_static/*", 5),
    Moment("first pages", "site/*/index.html", 1),
    Moment("states", "site/figures/*", 2),
    Moment("fonts", "site/fonts/*", 1),
    Moment("JupyterLite builds", "lite-*/built/**/*", 100),
    Moment("JupyterLite", "site/lite/**/*", 100),
    Moment("notebooks", "site/notebooks/*", 5),
)


def clone(commit: str, place: Path) -> None:
    """Check a commit out in a place of its own."""
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(ROOT), str(place)], check=True)
    subprocess.run(["git", "checkout", "--quiet", "--detach", commit], cwd=place, check=True)


def started(number: int) -> subprocess.Popen[bytes]:
    """Start the build in one of the places, in a group of processes of its own, with what it should not heed."""
    place = PLACES[number]
    heeded = {"PYTHONPATH": str(place), "D2L_ASSETS": str(assets.CACHE), "D2L_REPOSITORY_URL": repository_url()}
    other = {"TZ": ZONES[number], "PYTHONHASHSEED": str(number + 1)}
    return subprocess.Popen(
        COMMAND, cwd=place, env={**os.environ, **heeded, **other}, umask=MASKS[number], start_new_session=True
    )


def built(number: int) -> None:
    """Build in one of the places to the end."""
    with started(number) as running:
        pass
    if running.returncode:
        raise SystemExit(f"The build in {PLACES[number]} failed.")


def interrupted(moment: Moment, by: signal.Signals) -> None:
    """Build in the second place and end that at a moment: Ctrl+C reaches all processes, a kill the first of them."""
    build = PLACES[1] / "_build"
    for path in build.glob(moment.pattern):
        if path.is_file():  # so that the stage has something to write
            path.unlink()
    began = time.time_ns()
    with started(1) as running:
        while running.poll() is None:
            if _new(build, moment.pattern, began) >= moment.new:
                os.killpg(running.pid, by) if by == signal.SIGINT else os.kill(running.pid, by)
                break
            time.sleep(0.005)
    if running.returncode not in (130, -signal.SIGKILL):
        raise SystemExit(f"{moment.stage}: the build was not interrupted, it ended with {running.returncode}.")
    print(f"--- {moment.stage}: {by.name} after {(time.time_ns() - began) / 1e9:.1f} s", flush=True)


def _new(build: Path, pattern: str, began: int) -> int:
    """Return how many files of a pattern were written since then."""
    try:  # a copy may have the time of its original, but not the time of its entry
        return sum(path.is_file() and path.stat().st_ctime_ns > began for path in build.glob(pattern))
    except FileNotFoundError:  # a folder is being removed
        return 0


def where(one: bytes, other: bytes) -> str:
    """Return the first place where files differ, with what stands there in both; of zip files their members.

    >>> print(where(b"made at 10:01", b"made at 10:02"))
    byte 12
        b'made at 10:01'
        b'made at 10:02'
    """
    if one[:4] == other[:4] == b"PK\3\4":
        archives = [zipfile.ZipFile(io.BytesIO(data)) for data in (one, other)]
        first, second = ({info.filename: (info.CRC, info.date_time) for info in found.infolist()} for found in archives)
        if members := [name for name in sorted({*first, *second}) if first.get(name) != second.get(name)]:
            return f"members {', '.join(members[:8])}"
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    shown = (data[max(0, at - AROUND) : at + AROUND] for data in (one, other))
    return "\n    ".join([f"byte {at}", *map(repr, shown)])


def differences(one: Path, other: Path) -> Iterator[str]:
    """Yield the files of two folders that are not the same, and where."""
    first, second = ({path.relative_to(site): path for path in files_below(site)} for site in (one, other))
    for name in sorted({*first, *second}):
        if name not in first or name not in second:
            yield f"{name.as_posix()}: only in {one if name in first else other}"
        elif (data := first[name].read_bytes()) != (found := second[name].read_bytes()):
            yield f"{name.as_posix()}: {where(data, found)}"


def main() -> None:
    """Build both, compare, say what differs and exit with 1 if anything does."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, encoding="utf-8"
    ).stdout.strip()
    if not commit:
        raise SystemExit("Two builds are made from a commit: this is no git repository, or git is not installed.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background would pass on deafness
    for place in PLACES:
        clone(commit, place)
    print(f"commit {commit[:10]}; what is not committed is in neither build", flush=True)
    built(0)
    if sys.argv[1:] == ["interrupted"]:
        for moment in MOMENTS:
            for by in (signal.SIGINT, signal.SIGKILL):
                interrupted(moment, by)
    built(1)
    sites = [place / "_build" / "site" for place in PLACES]
    if found := list(differences(*sites)):
        raise SystemExit("\n".join([*found, f"{len(found)} files differ, in {FOLDER}"]))
    total = [path.stat().st_size for path in files_below(sites[0])]
    print(f"the same: {len(total)} files, {sum(total)} bytes")
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
