"""The states of a live page: a table in JavaScript, walked through without a browser."""

from __future__ import annotations

import json
import subprocess

import pytest

from tools.internals import node
from tools.project import ROOT

LIVE = ROOT / "site" / "live"
# For each walk, a list of [what, word]: whether each meant anything, the state, and what the bar says.
WALK = """
const load = (code) => import("data:text/javascript," + encodeURIComponent(code));
const [states, walks] = JSON.parse(require("fs").readFileSync(0, "utf8"));
load(states).then(({ STATES, Status }) => console.log(JSON.stringify([STATES, walks.map((walk) => {
  const status = new Status();
  return walk.map(([what, word]) => [status.happen(what, word), status.state, status.said]);
})])));
"""


def walked(*walks: str) -> tuple[dict, list[list[tuple[bool, str, str]]]]:
    """Return the table, and what each walk led to; `rest:ran` is a rest of which `ran` is said."""
    steps = [[step.split(":") for step in walk.split()] for walk in walks]
    given = json.dumps([(LIVE / "states.js").read_text(encoding="utf-8"), steps])
    command = [node(), "--input-type=commonjs", "-e", WALK]
    done = subprocess.run(command, input=given, capture_output=True, check=True, text=True, encoding="utf-8")
    table, led = json.loads(done.stdout)
    return table, [[tuple(step) for step in walk] for walk in led]


@pytest.fixture(scope="module")
def table():
    """The states, each with what it offers and where happenings lead."""
    return walked()[0]


def test_every_state_is_reached_and_left(table):
    reached = {state for row in table.values() for state, *_ in row["on"].values()}
    assert reached == set(table)
    assert all({state for state, *_ in row["on"].values()} - {name} for name, row in table.items())


def test_every_button_leads_on_from_where_it_is_offered(table):
    does = {"again": "restart", "runAll": "work"}
    # A second press of Stop changes nothing: the first is still on its way, and the button keeps the focus.
    stuck = {(name, b) for name, row in table.items() for b in row["offers"] if does.get(b, b) not in row["on"]}
    assert stuck == {("stopping", "stop")}


def test_every_word_of_the_table_is_in_both_languages(table):
    words = (LIVE / "words.js").read_text(encoding="utf-8")
    said = {
        said
        for name, row in table.items()
        for said in (name, *row["offers"], *(w for _, *w in row["on"].values() for w in w))
    }
    assert not {word for word in said if f"\n  {word}: [" not in words}


@pytest.mark.parametrize(
    ("walk", "state", "said"),
    [
        ("loading starting ready", "ready", "ready"),
        ("ready work rest:ran", "ready", "ran"),
        ("ready work stop rest:halted", "ready", "interrupted"),
        ("ready work stop late", "loading", "stopped"),
        ("ready work stop late loading starting", "starting", "stopped"),
        ("ready work stop late starting ready", "ready", "ready"),
        ("ready restart loading loading", "loading", "restarted"),
        ("restart failed restart loading", "loading", "loading"),
        ("silent ready work ended", "ended", "ended"),
        ("ready work rest:ran reset", "ready", "printed"),
    ],
)
def test_what_happens_leads_to_a_state_and_its_words(walk, state, said):
    (led,) = walked(walk)[1]
    assert all(meant for meant, *_ in led)
    assert led[-1][1:] == (state, said)


@pytest.mark.parametrize(
    "walk",
    ["ready stop", "ready late", "ready rest", "ready loading", "failed work", "ready work stop work", "ready ready"],
)
def test_what_comes_too_late_or_too_early_means_nothing(walk):
    (led,) = walked(walk)[1]
    assert not led[-1][0] and led[-1][1:] == led[-2][1:]
