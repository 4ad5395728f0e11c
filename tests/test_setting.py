"""What a figure is set to, as a link says it: Python and JavaScript read and write it alike."""

from __future__ import annotations

import itertools
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_view import FIGURES, made

from d2lparams import view
from d2lparams.view import setting
from d2lparams.view.spec import Control
from tools.internals import node

OPTIONS = st.lists(
    st.text(max_size=6) | st.sampled_from(["0.5", "\N{MINUS SIGN}0.5", "(0.5)", "a b", "a-b"]), min_size=1
)
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.fixture(params=FIGURES)
def figure(request):
    return made(request.param)


def choices(figure):
    """Return all values of a figure's controls; of a text field, its presets."""
    return itertools.product(*(c.options if c.kind == "text" else range(len(c.options)) for c in figure.controls))


def test_every_setting_of_every_figure_is_written_and_read_again(figure):
    texts = [setting.written(figure.controls, values) for values in choices(figure)]
    assert [tuple(setting.read(figure.controls, text)) for text in texts] == list(choices(figure))
    assert len(set(texts)) == len(texts) and not any(set(text) & set(' "<>`#') for text in texts)


@given(options=OPTIONS, kind=st.sampled_from(["slider", "select"]))
def test_every_position_has_words_of_its_own_and_they_are_fit_for_a_link(options, kind):
    values = setting.values(kind, options)
    assert len(set(values)) == len(values) == len(options) and all(values)
    assert all(setting.WORD.fullmatch(value) for value in values)


def test_what_a_link_does_not_name_or_names_in_vain_is_as_it_was_at_first():
    controls = view.designer().controls
    start = view.designer().start()
    assert setting.read(controls, "") == setting.read(controls, "scale=7&colour=red&") == start
    assert setting.read(controls, "zeros=0.5") == [*start[:2], 1, start[3]]


def test_a_link_that_asks_for_what_is_not_there_gets_a_lesson():
    controls = [control.content(whole=False) for control in view.designer().controls]  # as a spec has them
    assert setting.faults(controls, "shape=two-sides&scale=10&zeros=0.5") == []
    assert setting.faults(controls, "spread=1") == ["there is no control 'spread', but shape, scale, zeros, width"]
    assert setting.faults(controls, "zeros=1") == ["zeros cannot be '1'; it is one of 0, 0.5"]
    assert setting.faults(controls, "zeros=")[0].startswith("zeros cannot be ''")
    assert "control=value" in setting.faults(controls, "")[0]


TALK = """
global.document = {};
const source = process.argv[1];
import("data:text/javascript," + encodeURIComponent(source)).then(({ default: { read, written } }) => {
  const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
  console.log(JSON.stringify(asked.texts.map((text) => {
    const values = read(asked.controls, text);
    return [values, written(asked.controls, values)];
  })));
});
"""


def in_javascript(controls, texts):
    """Return what figure.js reads in texts for controls, and how it writes that."""
    from d2lparams.view.widget import Scene

    given = json.dumps({"controls": [vars(control) for control in controls], "texts": texts})
    command = [node(), "--input-type=commonjs", "-e", TALK, Scene._esm]
    done = subprocess.run(command, input=given, capture_output=True, check=True, text=True, encoding="utf-8")
    return json.loads(done.stdout)


def test_javascript_reads_and_writes_settings_as_python_does(figure):
    texts = [setting.written(figure.controls, values) for values in choices(figure)]
    texts += [
        "",
        "?",
        "&&=",
        "scale=%E0%A4%A",
        "tie=on&tie=off",
        "pattern=a+b%2B%20c&pattern",
        "log=on;fit=on",
        "nudge=+1",
    ]
    read = [setting.read(figure.controls, text) for text in texts]
    wanted = [[values, setting.written(figure.controls, values)] for values in read]
    assert in_javascript(figure.controls, texts) == wanted


def test_words_of_a_reader_are_their_own_value_and_those_of_an_option_its_position():
    controls = [
        Control("sentence", "words", "sentence", ["all are free", "일"]),
        Control("b", "toggle", "b", ["a", "b"]),
    ]
    texts = ["sentence=all-are-free", "sentence=%EC%9D%BC&b=on", "sentence=", "sentence=all+are%20<b>", "b=on"]
    wanted = [[0, 0], [1, 1], ["", 0], ["all+are <b>", 0], [0, 1]]
    assert [setting.read(controls, text) for text in texts] == wanted
    written = [setting.written(controls, values) for values in wanted]
    assert [setting.read(controls, text) for text in written] == wanted and not set("".join(written)) & set(" <>")
    assert in_javascript(controls, texts) == [list(row) for row in zip(wanted, written, strict=True)]
    # A page has no answer to words that nobody has recorded: no author can lead there.
    assert "cannot be 'mine'" in setting.faults([vars(control) for control in controls], "sentence=mine")[0]


@given(words=st.lists(TYPED, min_size=1, max_size=20))
@settings(max_examples=20)
def test_javascript_writes_what_is_typed_as_python_does(words):
    controls = [Control("pattern", "text", "pattern", ["x"])]
    texts = [setting.written(controls, [word]) for word in words]
    assert [setting.read(controls, text) for text in texts] == [[word] for word in words]
    assert in_javascript(controls, texts) == [[[word], text] for word, text in zip(words, texts, strict=True)]
