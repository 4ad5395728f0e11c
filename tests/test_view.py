"""Figures: one contract, drawn alike by Python and JavaScript, in a page and in a kernel; what each of them shows."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import re
import subprocess
import sys
import tempfile
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from d2lparams import errors, init, nd, nn, random, real, stats, view
from d2lparams.view import canvas, display, marks, paint, spec, static, svg
from d2lparams.view.regex import PRESETS
from tools.internals import node

HERE = Path(view.__file__).parent
SHEET = (HERE / "figure.css").read_text(encoding="utf-8")
FOLDER = tempfile.TemporaryDirectory()


def small():
    with nn.NameManager():
        net, layer = nn.Sequential(), nn.Dense(4, in_units=4)
        net.add(nn.Dense(4, in_units=3), layer, nn.Dense(4, in_units=4, params=layer.params))
    random.seed(3)
    net.initialize(init.Normal(0.5))
    return net


def large():
    net = nn.Dense(7, in_units=3, prefix="large_")
    net.initialize()
    return net


def saved():
    file = Path(FOLDER.name) / "net.safetensors"
    small().save_parameters(file)
    return file


def before_and_after():
    net = small()
    before = view.snapshot(net)
    net.initialize("xavier", force_reinit=True)
    return view.compare(before, net)


def small_playground():
    """Return the playground with few positions for a page."""
    figure = view.playground()
    kept = {"activation": (1, 3), "initializer": (1, 5), "gain": (4, 10), "depth": (2, 4), "width": (2, 5)}
    controls = [replace(control, kept=kept.get(control.name)) for control in figure.controls]
    return replace(figure, controls=controls)


def small_frozen():
    """Return the figure of what is frozen with few positions for a page."""
    figure = view.frozen()
    kept = {"hold": (0, 1, 4), "step": (0, 8, 10, 20)}
    controls = [replace(control, kept=kept.get(control.name)) for control in figure.controls]
    return replace(figure, controls=controls)


def small_clinic():
    """Return the clinic with few positions for a page."""
    figure = view.clinic()
    kept = {"patient": (0, 2), "decision": (0, 2, 7), "step": (0, 4)}
    controls = [replace(control, kept=kept.get(control.name)) for control in figure.controls]
    return replace(figure, controls=controls)


FIGURES = {
    "paths": lambda: view.paths(small()),
    "walk": lambda: view.walk(small()),
    "product": view.product,
    "learning": view.learning,
    "regex": lambda: view.regex(small()),
    "histogram": lambda: view.histogram(small()),
    "compare": before_and_after,
    "depth": view.depth,
    "designer": view.designer,
    "deferred": lambda: view.deferred(lambda: nn.Dense(3), width=5),
    "moments": lambda: view.moments([view.moment(small())] * 3, [view.moment(small())] * 3),
    "writing": view.writing,
    "precedence": view.precedence,
    "tied": view.tied,
    "units": view.units,
    "passage": view.passage,
    "half": view.half,
    "fans": view.fans,
    "circle": view.circle,
    "river": view.river,
    "coordinates": view.coordinates,
    "race": view.race,
    "playground": small_playground,
    "first_loss": view.first_loss,
    "growth": view.growth,
    "linked": view.linked,
    "sentence": view.sentence,
    "drift": view.drift,
    "gpt2": view.gpt2,
    "tying": view.tying,
    "unrolled": view.unrolled,
    "banded": view.banded,
    "curves": lambda: view.curves({"a": [1, np.nan, 2], "b": [[1, 2, 3], [2, 4, 5]]}, theory=[1, 2, 3], log="y"),
    "heat": lambda: view.heat([[1, -1, 0], [np.nan, 2, 3]]),
    "strip": lambda: view.strip(small(), nd.ones((2, 3))),
    "network": lambda: view.network(small()),
    "areas": lambda: view.areas(small()),
    "byte_map": lambda: view.byte_map(saved()),
    "open_file": lambda: view.open_file(saved()),
    "compare_files": lambda: view.compare_files(saved(), saved()),
    "damage": view.damage,
    "matching": lambda: view.matching(saved(), small()),
    "precision": view.precision,
    "safe_write": view.safe_write,
    "frozen": small_frozen,
    "cuts": view.cuts,
    "clinic": small_clinic,
    "diagnosis": view.diagnosis,
    "imports": view.imports,
    "calls": view.calls,
    "play": lambda: view.play([view.heat([[step, -1]], limit=3) for step in range(1, 5)], 2),
}


# Tests only look at these: what one of them has made and computed is there for all others in its process.
made = functools.cache(lambda name: FIGURES[name]())
computed = functools.cache(lambda name: made(name).spec())


@pytest.fixture(params=FIGURES)
def name(request):
    return request.param


@pytest.fixture
def figure(name):
    return made(name)


@pytest.fixture
def content(name):
    """All states of the figure, as a page without a kernel has them."""
    return computed(name)


def test_one_thing_is_named_in_the_singular(content):
    """In every state of a figure; `1 times` is what multiplication says."""
    content = str(content)
    assert not re.search(r"(?<![\d.,/×·-])\b1 (?!times\b|as\b|is\b|was\b|has\b|this\b|does\b)[a-z]+s\b", content)


def test_a_figure_is_json_the_same_every_time_and_speaks_both_languages(figure, content):
    first = content
    assert json.loads(json.dumps(first)) == figure.spec()
    words = [state["say"] for state in first["states"].values()] + [c["label"] for c in first["controls"]]
    assert all(set(text) == {"en", "ko"} and text["en"] and text["ko"] for text in words)
    assert all(state["table"] and len({len(row) for row in state["table"]}) == 1 for state in first["states"].values())


def test_outside_a_kernel_a_figure_is_text_and_picture(figure, monkeypatch):
    monkeypatch.setattr(display, "KERNELS", set())
    bundle = figure._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "text/html"]
    assert bundle["text/plain"] == repr(figure) and " at 0x" not in repr(figure)


def test_a_stored_picture_is_an_image_that_needs_no_page_to_look_like_one(content):
    drawing = svg.first(content)
    html = svg.image(drawing)
    data = re.fullmatch(r'<img width="480" alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)">', html)
    alone = ElementTree.fromstring(b64decode(data[2]))
    style = alone.findtext("{*}style")
    asked = set(re.findall(r"var\((--[\w-]+)\)", style)) - {"--hue"}  # that of a mark, which may have none
    assert asked <= set(re.findall(r"(--[\w-]+):", style)) and "prefers-color-scheme:dark" in style
    used = {name for mark in alone.iter() for name in mark.get("class", "").split()}
    ruled = set(re.findall(r"\.(\w+)", " ".join(re.findall(r"^\.d2l-scene ([^{]*)\{", SHEET, re.M))))
    assert used & ruled <= set(re.findall(r"\.(\w+)", style)) and used & ruled


def counted(figure):
    """Return the figure with a list of the values that it is computed for."""
    asked = []
    return replace(figure, compute=lambda *values: asked.append(values) or figure.compute(*values)), asked


def test_in_a_kernel_a_figure_computes_its_first_state_alone_and_then_each_that_is_shown(figure, content, monkeypatch):
    from d2lparams.view.widget import live

    monkeypatch.setattr(display, "KERNELS", {"sys"})
    watched, asked = counted(figure)
    bundle = watched._repr_mimebundle_()
    assert asked == [tuple(figure.start())] and view.MIME not in bundle
    assert {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} <= bundle.keys()
    assert bundle["text/html"] == svg.image(svg.first(content))
    drawing = live(watched, watched.state(*figure.start()))
    *others, last = drawing.values
    drawing.values = [*others, "dense1" if isinstance(last, str) else int(last == 0)]
    assert len(asked) == 3


def test_in_a_kernel_words_of_a_reader_are_computed_with_all_else_that_is_set():
    from d2lparams.view.widget import live

    figure = view.sentence()
    drawing = live(figure)
    for values in (["Je pense, donc je suis", 5], ["", 0], [3, 5]):
        drawing.values = values
        state = drawing.scene["state"]
        assert {name: state[name] for name in state if name != "paint"} == figure.state(*values)


@pytest.mark.parametrize(
    ("session", "module", "placed"),
    [
        ("book/tree.ipynb", "json", True),
        ("", "json", False),
        ("tree-jvsc-1f2e.ipynb", "json", False),
        ("tree.ipynb", "google.colab", False),
        ("", "pyodide_kernel", True),
    ],
    ids=["JupyterLab", "no server", "Visual Studio Code", "Colab", "JupyterLite"],
)
def test_where_a_page_makes_widgets_at_once_no_view_is_stored_that_would_outlive_its_kernel(
    monkeypatch, session, module, placed
):
    monkeypatch.setattr(display, "KERNELS", {"sys"})
    monkeypatch.setenv("JPY_SESSION_NAME", session)
    monkeypatch.setitem(sys.modules, module, sys)
    bundle = view.designer()._repr_mimebundle_()
    assert ("application/vnd.jupyter.widget-view+json" in bundle) != placed
    picture = re.fullmatch(r'<div data-d2l-place="\w{32}">(<img .*>)</div>', bundle["text/html"])
    assert bool(picture) == placed and "<img " in bundle["text/html"]


def test_a_kernel_that_is_asked_for_specs_shows_one_and_no_widget(figure, content, monkeypatch):
    monkeypatch.setattr(display, "KERNELS", {"sys"})
    monkeypatch.setenv("D2L_FIGURES", "spec")
    bundle = figure._repr_mimebundle_()
    assert list(bundle) == ["text/plain", view.MIME, "image/svg+xml"] and bundle[view.MIME] == content


@pytest.mark.parametrize("language", ["en", "ko", "both"])
def test_a_page_has_the_picture_the_table_and_the_spec_in_its_language(content, language):
    page = static.html(content, language)
    content = static.painted(content)
    assert svg.first(content, language) in page and f'data-language="{language}"' in page
    start = content["states"][spec.start_key(content)]
    assert static.table(start["table"], language) in page
    stored = page.split('class="d2l-spec">')[1].split("</script>")[0]
    assert json.loads(stored) == content and "<" not in stored


def test_a_live_figure_shows_the_states_of_the_page(figure, content):
    from d2lparams.view.widget import live

    drawing = live(figure)
    kept = [control.kept or range(len(control.options)) for control in figure.controls]
    for whole, control, positions in zip(drawing.controls, content["controls"], kept, strict=True):
        assert whole["values"][whole["start"]] == control["values"][control["start"]]
        assert [whole["options"][position] for position in positions] == control["options"]
    choices = [[c.options[0]] if c.kind == "text" else k for c, k in zip(figure.controls, kept, strict=True)]
    for values in itertools.islice(itertools.product(*choices), 0, None, 7):
        drawing.values = list(values)
        paper, *marks = drawing.scene["base"] + drawing.scene["state"]["marks"]
        assert paper == ["r", 0, 0, *figure.size, "paper"]  # for views that drop the style sheet
        places = zip(values, choices, strict=True)
        at = spec.key_of([list(choice).index(value) for value, choice in places if not isinstance(value, str)])
        assert json.loads(json.dumps(marks)) == spec.scene(content, at)


DRAW = """
const source = process.argv[1];
const create = (_, tag) => ({
  tag, names: "", inner: [],
  setAttribute(n, v) { this.names += ` ${n}="${v}"`; },
  append(...inner) { this.inner.push(...inner); },
});
global.document = { createElementNS: create };
import("data:text/javascript," + encodeURIComponent(source)).then(({ default: { element } }) => {
  const [scenes, paint] = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const text = (e) => (e.textContent ?? "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const whole = (e) => e.tag ? `<${e.tag}${e.names}>${text(e)}${e.inner.map(whole).join("")}</${e.tag}>`
    : text({ textContent: e });
  const one = (mark, language) => whole(element(mark, language, paint ?? undefined));
  const drawn = (language) => scenes.map((scene) => scene.map((mark) => one(mark, language)).join(""));
  console.log(JSON.stringify(["ko", "both"].map(drawn)));
});
"""


def drawn_by_javascript(scenes, painted=None):
    from d2lparams.view.widget import Scene

    command = [node(), "--input-type=commonjs", "-e", DRAW, Scene._esm]
    done = subprocess.run(
        command, input=json.dumps([scenes, painted]), capture_output=True, check=True, text=True, encoding="utf-8"
    )
    return json.loads(done.stdout)


def drawn_by_python(scenes, painted=None):
    def drawn(scene, language):
        return "".join(svg.element(mark, language, painted) for mark in scene)

    return [[drawn(scene, language) for scene in scenes] for language in ("ko", "both")]


def test_javascript_draws_every_state_as_python_does(content):
    """A state is marks of its figure, each of which is drawn by itself: all that any state has, once."""
    chunks = [content, *content.get("chunks", {}).values()]
    scenes = [content["base"], *(chunk["parts"] for chunk in chunks)]
    assert drawn_by_javascript(scenes) == drawn_by_python(scenes)


def test_a_figure_leaves_the_names_and_the_random_numbers_of_the_reader_as_they_are(name, figure):
    for kept in vars(sys.modules[getattr(view, name).__module__]).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
    random.seed(5)
    wanted = nd.random.normal(shape=(3,)).asnumpy().tolist()
    random.seed(5)
    with nn.NameManager():
        figure.state(*figure.start())
        assert nn.Dense(1).name == "dense0"
    assert random.spawn().key == (0,) and nd.random.normal(shape=(3,)).asnumpy().tolist() == wanted


def gallery():
    """Return marks of every kind and of every helper, with words and numbers of any form."""
    values = np.array([[-1, -1e-9, 0, 0.30000000000000004], [1, np.nan, 9, -9]])
    axes = canvas.Axes((1, 3e4), (1e-9, 1.0), log="xy")
    axes.y_axis("<y>")
    axes.band([(1, 1e-9), (100, 1e-3)], [(1, 1e-8), (100, 1.0)], "a")
    axes.theory([(1, 1e-8), (10, np.nan), (1e4, 0.1)])
    axes.note(10, 1e-4, spec.both("here", "여기"), "b", "end")
    axes.rule(0.1, "& 0.1")
    axes.x_axis(spec.both("width", "너비"))
    return [
        *axes.marks,
        *marks.heat(10.1, 1 / 3, (420 / 23, 7), values, style="tile"),
        *marks.heat(0, 0, 4, abs(values), limit=2, signed=False),
        ["h", 0, 0, 4, 4, 9, "JKLMNOPQ.", ""],
        *marks.strip(0, 0, (100.5, 20), [values, [np.nan], []], (-1, 1)),
        *marks.arrow(0, 0, 10 / 3, 7, "b"),
        *marks.arrow(1, 1, 1, 1),
        *marks.node(20, 20, "W", "plus k3"),
        *marks.network(
            [3, 300, 2], [np.ones((300, 3)), -np.ones((2, 300))], focus=(1, 0), units=[[1] * 3, [0] * 300, [-1] * 2]
        ),
        *marks.areas({"w": 1e8, "b": 1, "none": 0, "rest": 1e7}, (0, 0, 480, 200), ("a", "b pale")),
        *marks.cells(0.5, 0, (40, 24), ["{", "}"]),
        ["r", 12.3, 173.8, 42.8, 24, "block round"],
        ["r", 12, 173, 9.5, 24, "chosen round"],
        *(["t", 10.5, 20, "end", spec.both("<here>", "여기"), f"label {where}"] for where in svg.RISE),
        ["t", 1, 2, "start", spec.both("W", "W"), "amid"],
    ]


def test_javascript_draws_every_mark_as_python_does():
    scene = json.loads(json.dumps(spec.clean(gallery()), allow_nan=False))
    assert {mark[0] for mark in scene} == set(svg.SHAPES)
    scenes = [[mark] for mark in scene]
    for painted in (None, paint.paints(scene)):
        assert drawn_by_javascript(scenes, painted) == drawn_by_python(scenes, painted)


def test_two_languages_are_two_lines_where_a_text_says_so():
    text = ["t", 9, 20, "middle", spec.both("loss", "손실"), "label above"]
    lines = '<tspan x="9" dy="-1.2em">loss</tspan><tspan x="9" dy="1.2em">손실</tspan>'
    assert svg.element(text, "both").count(lines) == 1 and ">손실<" in svg.element(text, "ko")
    assert "loss · 손실" in svg.element([*text[:-1], "label"], "both")


def test_every_class_that_a_mark_may_have_has_a_style():
    listed = re.search(r"no other drawing::\n\n(.*)", spec.__doc__, re.DOTALL)[1]
    words = {word for line in re.findall(r"^    (\w[\w ]*?)  ", listed, re.MULTILINE) for word in line.split()}
    styles = set(re.findall(r"\.([a-z]\w*)", (HERE / "figure.css").read_text(encoding="utf-8")))
    assert words | {f"k{k}" for k in range(9)} <= styles and {"minus", "tile", "theory"} <= words
    assert {word for mark in gallery() for word in mark[-1].split()} <= styles | set(svg.RISE)


# ---- names of any kind

NASTY = ["<!--<script>", "</script>", "-->", "]]>", "&lt;", "\"'>", "\u2028", "\ud800", "\0", "\x85", "\ufffe", "\r\n"]
NAMES = st.lists(st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=5), max_size=4)


PAINTED = {name for said in paint.RULES.values() for name in said}


class Tags(HTMLParser):
    """The tags of a page with what else than paint they have, and what its script holds."""

    def __init__(self, page):
        super().__init__()
        self.seen, self.script = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, [name for name, _ in attrs if name not in PAINTED]))

    def handle_data(self, data):
        self.script += data if self.seen[-1][0] == "script" else ""


def named(name):
    """Return figures in which a name stands everywhere."""
    net = nn.Dense(2, in_units=2, prefix=name)
    net.initialize("ones")
    yield view.paths(net, title=name)
    yield view.walk(net, title=name)
    yield view.regex(net, [name], title=name)
    yield view.histogram(net.weight, title={"en": name, "ko": "ko" + name})


@given(name=NAMES.map("".join))
@example("<!--<script>")
@example("[a--b]")
@settings(max_examples=25)
def test_no_name_breaks_out_of_the_page_the_picture_or_the_spec(name):
    for figure, plain in zip(named("n" + name), named("n"), strict=True):
        content = figure.spec()
        page = Tags(static.html(content, "both").encode().decode())
        assert page.seen == Tags(static.html(plain.spec(), "both")).seen
        assert json.loads(page.script) == static.painted(content)
        assert ElementTree.fromstring(svg.first(content)).get("role") == "img"
        assert repr(figure).encode() and json.dumps(figure._repr_mimebundle_(), ensure_ascii=False).encode()


def test_what_no_document_can_hold_is_shown_as_a_replacement():
    assert spec.clean({"say": ["a\ud800b\0", "\U0001f600\t가"]}) == {"say": ["a\ufffdb\ufffd", "\U0001f600\t가"]}


# ---- axes

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.tuples(st.floats(-1e3, 1e3), st.floats(1e-17, 10)).map(lambda at: (at[0] - at[1], at[0] + at[1]))


def texts_of(marks, kind):
    return [mark[4] for mark in marks if mark[-1] == kind]


@given(span=st.tuples(FLOATS, FLOATS).map(sorted).map(tuple) | NEAR)
@example((0.0, 5e-324))
@example((1 - 1e-8, 1 + 1e-8))
@example((-1.7e308, 1.7e308))
@example((1e-13, 2e-13))
@settings(max_examples=300)
def test_an_axis_of_any_span_has_distinct_short_labels_inside_the_picture(span):
    if span[0] == span[1]:
        return
    axes = canvas.Axes(span, span)
    axes.x_axis("value")
    across = [mark for mark in axes.marks if mark[-1] == "tick"]
    axes.y_axis("value")
    up = [mark for mark in axes.marks if mark[-1] == "tick"][len(across) :]
    for ticks, longest in ((across, 8), (up, 7)):
        labels = texts_of(ticks, "tick")
        assert labels and len(set(labels)) == len(labels) and max(map(len, labels)) <= longest
    assert all(axes.left <= mark[1] <= axes.left + axes.width for mark in across)
    assert all(axes.top <= mark[2] - 4 <= axes.base for mark in up)
    assert json.dumps(axes.marks, allow_nan=False)


@given(low=st.floats(1e-300, 1e300), times=st.floats(1 + 1e-9, 1e300))
@example(1e-9, 1e9)
@example(1.0, 30.0)
@example(0.3, 1.0001)
@settings(max_examples=300)
def test_a_log_axis_says_so_and_has_a_few_round_numbers_inside_it(low, times):
    high = min(low * times, 1e308)
    axes = canvas.Axes((low, high), (low, high), log="xy")
    axes.x_axis("value")
    axes.y_axis(spec.both("value", "값"))
    ticks = canvas.log_ticks(low, high)
    assert 1 <= len(ticks) <= 12 and all(0.99999 * low <= tick <= 1.00001 * high for tick in ticks)
    assert texts_of(axes.marks, "label") == [
        spec.both("value (log scale)", w) for w in ("value(로그 눈금)", "값(로그 눈금)")
    ]
    assert all(
        axes.left <= mark[1] <= axes.left + axes.width for mark in axes.marks if mark[-1] == "tick" and mark[3] != "end"
    )


def test_equal_factors_are_equal_lengths_on_a_log_axis_and_zero_has_no_place_there():
    axes = canvas.Axes((1, 100), (0.01, 1), log="xy")
    assert axes.x(10) - axes.x(1) == axes.x(100) - axes.x(10) and axes.y(0.01) == axes.base
    for log in ("x", "y", "xy"):
        with pytest.raises(errors.SettingError, match="positive numbers alone"):
            canvas.Axes((0, 1), (0, 1), log=log)
    with pytest.raises(errors.SettingError, match="positive numbers alone, got 0"):
        axes.curve([(1, 0.5), (10, 0)], "a")


def test_a_curve_is_interrupted_where_it_is_not_finite_and_a_band_has_both_borders():
    axes = canvas.Axes((0, 4), (0, 4))
    axes.curve(zip(range(5), [1, 2, np.nan, 2, np.inf], strict=True), "a")
    axes.band([(0, 1), (4, 1)], [(0, 3), (4, 3)], "b")
    assert [len(mark[1]) for mark in axes.marks] == [4, 2, 8]
    assert axes.marks[-1][1][1::2] == [axes.y(1), axes.y(1), axes.y(3), axes.y(3)]


def test_a_name_that_ends_in_a_number_does_not_run_into_what_its_curve_says():
    figure = view.curves({"r = 0.8": [1, 2], "r = 1": [3, 4]})
    assert figure.compute(1).say["en"] == "step 1. r = 0.8: 2; r = 1: 4."


@given(heights=st.lists(st.floats(0, 1), max_size=6))
def test_names_at_the_border_never_stand_over_one_another(heights):
    axes = canvas.Axes((0, 1), (0, 1))
    axes.rule(0.5, "half")
    axes.names([(height, "name", "a") for height in heights])
    lines = sorted(mark[2] for mark in axes.marks if mark[0] == "t")
    assert len(lines) == len(heights) + 1 and all(np.diff(lines) >= canvas.LINE - 1e-9)


@pytest.mark.parametrize(
    ("span", "labels", "unit"),
    [
        ((0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"], ""),
        ((-0.07, 0.07), ["\u22120.05", "0", "0.05"], ""),
        ((0, 30000), ["0", "10,000", "20,000", "30,000"], ""),
        ((0, 1e30), ["0", "2", "4", "6", "8", "10"], " (× 1e29)"),
        ((1e-13, 2e-13), ["10", "12", "14", "16", "18", "20"], " (× 1e−14)"),
        ((1 - 1e-8, 1 + 1e-8), ["−10", "−5", "0", "5", "10"], " − 1 (× 1e−9)"),
        ((-2000000.5, -2000000), ["−5", "−4", "−3", "−2", "−1", "0"], " + 2000000 (× 1e−1)"),
    ],
)
def test_labels_say_their_numbers_and_the_axis_what_was_taken_out_of_them(span, labels, unit):
    ticks = canvas.nice_ticks(*span)
    assert canvas.tick_labels(ticks) == (labels, unit)


def test_an_axis_goes_upward_between_finite_numbers():
    for span in ((1, 1), (2, 1), (0, np.inf), (np.nan, 1)):
        with pytest.raises(errors.SettingError, match="axis"):
            canvas.Axes(span, (0, 1))


VALUES = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=20)


@given(values=VALUES, power=st.sampled_from([-330, -323, -308, -300, -150, -8, 0, 8, 38, 150, 300, 308]), offset=FLOATS)
@settings(max_examples=100)
def test_a_histogram_of_any_magnitude_counts_all_finite_values_and_is_json(values, power, offset):
    with np.errstate(over="ignore", under="ignore"):
        scaled = [np.array(values) * 10.0**power, np.array(values) * 10.0**power + offset]
        scaled += [array.astype(dtype) for array in scaled for dtype in (np.float16, np.float32)]
    for array in scaled:
        kept = array[np.isfinite(array)]
        assert not kept.size or stats.histogram(kept).counts.sum() == len(kept)
        for at in ((0, 1, 0, 1), (0, 3, 1, 1)):
            state = view.histogram(array).state(*at)
            assert json.dumps(state, allow_nan=False)
            bars = [mark for mark in state["marks"] if mark[0] == "r"]
            assert all(50 <= m[1] <= m[1] + m[3] <= 470.2 and 34 <= m[2] <= 272 for m in bars)


# ---- what they show


def test_the_bars_of_a_histogram_are_the_counts_and_its_table_the_moments():
    values = nd.random.normal(shape=(1000,))
    state = view.histogram(values).compute(0, 1, 0, 0)
    counts = stats.histogram(values, 20).counts
    bars = [mark for mark in state.marks if mark[0] == "r"]
    heights = np.array([mark[4] for mark in bars])
    np.testing.assert_allclose(heights / heights.max(), counts[counts > 0] / counts.max(), atol=1e-3)
    assert state.table[1][1] == "1,000" and "1,000" in state.say["en"]


def test_bins_log_scale_and_fitted_normal_change_the_picture():
    figure = view.histogram(nd.random.normal(shape=(1000,)))
    plain, fine, log, fit = (figure.compute(0, *at).marks for at in ((1, 0, 0), (3, 0, 0), (1, 1, 0), (1, 0, 1)))
    bars = [sum(mark[0] == "r" for mark in marks) for marks in (plain, fine)]
    assert bars[1] > bars[0] and log != plain
    assert [mark[-1] for mark in fit if mark not in plain] == ["curve"]


def test_a_layer_a_network_and_the_whole_network_at_once():
    net = small()
    assert len(view.histogram(net[0]).controls[0].options) == 2
    assert len(view.histogram(net).controls[0].options) == 4
    whole = view.histogram(net, together=True)
    assert list(whole.controls[0].options) == ["sequential0"] and "36" in whole.compute(0, 0, 0, 0).say["en"]


def test_a_figure_shows_what_was_there_when_it_was_made():
    array = np.zeros(10)
    figure = view.histogram(array)
    before = figure.spec()
    array[:] = 5
    assert figure.spec() == before


def test_two_states_share_one_axis():
    state = view.compare([0.0, 1.0], [10.0, 11.0]).compute(0, 0, 0, 0)
    bars = [mark for mark in state.marks if mark[0] == "r" and mark[2] > 30]
    assert max(m[1] for m in bars if m[-1] == "b see") < min(m[1] for m in bars if m[-1] == "a see")


def test_a_figure_changes_neither_the_names_nor_the_random_numbers_of_the_reader():
    random.seed(3)
    with nn.NameManager():
        view.deferred(lambda: nn.Dense(3)).spec()
        assert nn.Dense(1).name == "dense0"
    drawn = nd.random.normal(shape=(2,)).asnumpy()
    random.seed(3)
    assert (drawn == nd.random.normal(shape=(2,)).asnumpy()).all()


def test_a_printed_histogram_is_drawn_by_matplotlib():
    import matplotlib as mpl

    mpl.use("agg")
    axes = view.plot_histogram(small()[0].weight, [1.0, 2.0], bins=10, log=True, fit=True)
    assert len(axes.patches) == 2 and len(axes.lines) == 2 and axes.get_yscale() == "symlog"
    mpl.pyplot.close(axes.figure)


def test_a_cell_is_empty_where_a_value_is_not_finite_and_has_the_colour_of_zero_for_zero_alone():
    ((*_, levels, style),) = marks.heat(0, 0, 1, [[-9, -1, -1e-30, 0], [1e-30, 0.5, 1, np.nan]], limit=1, style="tile")
    assert (levels, style) == ("aaghilo.", "tile")
    assert marks.heat(0, 0, 1, [[0, 1e-30, 4, 9]], limit=8, signed=False)[0][-2] == "ABEI"


def test_the_row_that_is_chosen_is_framed_and_told():
    figure = view.heat([[1.0, 3.0], [0.0, 0.0]])
    (frame,) = figure.compute(2).marks
    _, _, y, width, height, *_ = figure.base[0]
    assert frame[0] == "r" and frame[2] == y + height and frame[3] == 2 * width
    assert "0, mean 0, standard deviation 0, 2 of 2 exactly 0" in figure.compute(2).say["en"]
    large = view.heat(np.ones((60, 100)))
    assert "first 48 rows and 96 columns" in large.compute(0).say["en"] and len(large.controls[0].options) == 49


def test_the_layers_of_a_strip_are_the_outputs_of_the_blocks_over_one_axis():
    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2), nn.Dense(2, in_units=2))
    net.initialize(init.Constant(0.5))
    state = view.strip(net, nd.array([[1.0, 2.0], [3.0, 4.0]])).compute(0)
    assert [row[1] for row in state.table[1:]] == ["2.50", "2.50"]
    bars = [mark for mark in view.strip({"a": [0.0, 1.0], "b": [0.5] * 9}, bins=2, span=(0, 2)).base if mark[0] == "s"]
    assert [bar[5] for bar in bars] == ["ZZ", "Za"]


def test_a_unit_that_is_chosen_fades_all_edges_but_its_own():
    figure = view.network(small())
    assert not [mark for mark in figure.compute(0).marks if "faint" in mark[-1]]
    state = figure.compute(4)  # the first of 4 units that takes 3 inputs and gives to 4
    clear = [mark for mark in state.marks if mark[0] == "l" and "faint" not in mark[-1]]
    assert len(clear) == 7 and len(state.table) == 8
    wide = nn.Dense(300, in_units=2)
    wide.initialize()
    net = nn.Sequential()
    net.add(wide)
    assert "+292" in [mark[4] for mark in view.network(net).compute(0).marks if mark[0] == "t"]


def test_areas_are_to_scale_and_fill_the_drawing():
    sizes = {"w": 600, "none": 0, "v": 300, "b": 1, "u": 299}
    boxes = [mark for mark in marks.areas(sizes, (0, 0, 400, 300), gap=0) if mark[0] == "r"]
    np.testing.assert_allclose([w * h for _, _, _, w, h, _ in boxes], [60_000, 30_000, 100, 29_900], rtol=0.05)
    assert len(view.areas(small()).controls[0].options) == 4  # a tied tensor once


def test_a_name_of_a_file_lights_its_bytes_and_an_alias_has_none():
    figure = view.byte_map(saved())
    names = list(figure.controls[0].options)
    lit = [[m for m in figure.compute(at).marks if m[-1] == "a"] for at in range(len(names))]
    assert [len(marks) for marks in lit] == [0 if name.startswith("2.") else 1 for name in names] and len(names) == 6
    weight = next(m for (m, *_), name in zip(lit, names, strict=True) if name == "1.weight")
    assert abs(weight[3] + 1 - 456 * 16 * 4 / (4 * (12 + 4 + 16 + 4))) < 0.1
    assert "second name" in figure.compute(names.index("2.bias")).say["en"]


def test_a_text_is_folded_at_blanks_or_anywhere_and_what_is_left_out_is_seen():
    assert canvas.folded("", 9, 2) == [] and canvas.folded("자유", 9, 2) == ["자유"]
    assert canvas.folded("자유롭고평등하다", 5, 2) == ["자유롭고평", "등하다"]
    assert canvas.folded("자유 평등 존엄 권리 보장", 4.5, 2) == ["자유 평등", "존엄 권…"]
    assert canvas.folded("a\u0301" * 9, 99, 1) == ["a\u0301" * 9] and len(canvas.folded("🙂" * 99, 3, 2)) == 2


def test_the_frames_of_a_player_are_the_figures_and_their_controls_stay():
    frames = [view.heat([[step, -1.0]], limit=3) for step in (1, 2, 3)]
    player = view.play(list(zip("abc", frames, strict=True)), 1, title="Three")
    assert [c.kind for c in player.controls] == ["player", "slider"] and player.start() == [1, 0]
    for k, frame in enumerate(frames):
        state = player.compute(k, 1)
        assert state.marks == [*frame.base, *frame.compute(1).marks] and state.say == frame.compute(1).say


def test_thirty_frames_of_growing_curves_and_of_four_fields_stay_below_60_kilobytes():
    runs = nd.random.normal(shape=(4, 30)).asnumpy().cumsum(1)
    fields = nd.random.normal(shape=(30, 4, 24 * 24)).asnumpy()

    def compute(step):
        axes = canvas.Axes((0, 30), (-20, 20))
        for run, style in zip(runs, "abcd", strict=True):
            axes.curve(enumerate(run[: step + 1]), style)
        cells = [marks.heat(0, 0, 4, f.reshape(24, 24), limit=3) for f in fields[step]]
        return spec.State([*axes.marks, *itertools.chain(*cells)], spec.both(f"step {step}", f"{step}단계"), [["step"]])

    control = spec.Control("step", "player", "step", [str(k) for k in range(30)])
    page = static.html(spec.Figure("race", "Race", canvas.SIZE, [control], compute).spec())
    assert len(gzip.compress(page.encode())) < 60_000


LESSONS = {
    "bins": (lambda: view.histogram([1.0], bins=7), errors.SettingError, "10, 20, 40, 80"),
    "nothing": (lambda: view.histogram({}), errors.SettingError, "nothing to show"),
    "no values": (lambda: view.histogram(nn.Dense(1)), errors.NotInitializedError, "initialize"),
    "one name": (lambda: view.histogram({1: [1.0], "1": [2.0]}), errors.NameConflictError, "one name"),
    "strangers": (lambda: view.compare({"a": [1]}, {"b": [1]}), errors.UnknownNameError, "Before: a. After: b"),
    "words": (lambda: view.histogram("x"), errors.DTypeError, "no numbers"),
    "snapshot": (lambda: view.snapshot([1]), errors.DTypeError, "network or a layer"),
    "no parameters": (lambda: view.paths(nn.Sequential()), errors.SettingError, "nothing to show"),
    "empty layer": (lambda: view.product(nn.Dense(2, in_units=2), [1, 2]), errors.NotInitializedError, "initialize"),
    "too wide": (lambda: view.product(large(), [1, 2, 3]), errors.SettingError, "up to 6"),
    "sample": (lambda: view.product(small()[0], [1, 2]), errors.ShapeError, "takes 3 inputs"),
    "patterns": (lambda: view.regex(small(), presets=()), errors.SettingError, "no pattern"),
    "layer": (lambda: view.deferred(nn.Dense(1)), errors.DTypeError, "function that makes"),
    "width": (lambda: view.deferred(lambda: nn.Dense(1), width=0), errors.SettingError, "width"),
    "batch": (lambda: view.deferred(lambda: nn.Dense(1, in_units=3), width=4), errors.ShapeError, "4"),
    "language": (lambda: view.set_language("de"), errors.SettingError, "'ko'"),
    "no moments": (view.moments, errors.SettingError, "one run or several"),
    "no run": (lambda: view.moments([view.moment]), errors.DTypeError, "view.moment"),
    "two nets": (
        lambda: view.moments([view.moment(small()), view.moment(nn.Sequential())]),
        errors.NameConflictError,
        "same names",
    ),
    "two lengths": (
        lambda: view.moments([view.moment(small())], [view.moment(small())] * 2),
        errors.SettingError,
        "same length",
    ),
    "names": (lambda: view.moments([view.moment(small())], names="ab"), errors.SettingError, "list of 1"),
    "steps": (lambda: view.moments([view.moment(small())], steps=[1, 2]), errors.SettingError, "list of 1"),
    "no weights": (lambda: view.moments([{}]), errors.SettingError, "nothing to show"),
    "nothing to fill in": (lambda: view.deferred(nn.Flatten), errors.SettingError, "nothing to fill in"),
    "printed": (view.plot_histogram, errors.SettingError, "nothing to draw"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


HUGE = 10**400
TITLES = [
    3,
    True,
    b"x",
    ["a"],
    {"en": "x"},
    {"en": "x", "ko": 2},
    {"en": "x", "ko": "y", "de": "z"},
    object(),
    HUGE,
    np.ones(2),
]
NETS = [None, "x", 3, HUGE, nn.Dense, [1.0], np.ones(2), {}]
SOURCES = [
    None,
    "x",
    b"x",
    "\0",
    1j,
    HUGE,
    object(),
    nn.Dense,
    {},
    {"a": None},
    {"a": "x"},
    [],
    [[1], [1, 2]],
    {"a": []},
]
BINS = [None, "40", 40.0, True, 7, -1, HUGE, 2**70, 10**5000, [40], np.array([40, 40]), float("nan")]
SAMPLES = [
    None,
    "xyz",
    b"xyz",
    object(),
    {},
    [],
    [1.0, 2.0],
    [1.0, 2.0, "3"],
    [1.0, 2.0, np.nan],
    [1, 2, HUGE],
    np.ones(4),
]
NAMED = [None, "x", 3, HUGE, {}, [], {"a": "x"}, {3: [1.0]}, {"a": None}, [("a", "b")], [1.0] * 999, object()]
MATRICES = [None, "x", 3, HUGE, [], [[]], [[1], [1, 2]], np.ones((2, 2, 2)), object()]
LIMITS = [0, -1, "x", np.nan, np.inf, True, HUGE, [1]]
SPANS = [3, "ab", (1,), (2, 1), (1, 1), (0, np.inf), (0, HUGE), ("a", "b"), [None, None]]
WORDS = [None, *TITLES]
FLAGS = [None, "yes", 1, 0.0, np.ones(2), HUGE]
WRONG = {  # function: arguments that are right, and those that are wrong, one at a time
    view.paths: (lambda: {"net": small()}, {"net": NETS, "title": TITLES}),
    view.walk: (lambda: {"net": small()}, {"net": NETS, "title": TITLES}),
    view.product: (
        lambda: {"layer": small()[0], "x": [1.0, 2.0, 3.0]},
        {"layer": [*NETS, nn.Sequential(), large()], "x": SAMPLES, "title": TITLES},
    ),
    view.learning: (dict, {"title": TITLES}),
    view.regex: (
        lambda: {"net": small()},
        {"net": NETS, "title": TITLES, "presets": [None, (), "weight", 3, [3], [b"x"], {"a": 1}, HUGE]},
    ),
    view.histogram: (
        lambda: {"source": small()},
        {"source": SOURCES, "bins": BINS, "title": TITLES, "together": FLAGS},
    ),
    view.compare: (
        lambda: {"before": [1.0], "after": [2.0]},
        {"before": SOURCES, "after": SOURCES, "bins": BINS, "title": TITLES},
    ),
    view.snapshot: (lambda: {"net": small()}, {"net": NETS}),
    view.depth: (dict, {"title": TITLES}),
    view.designer: (dict, {"title": TITLES}),
    view.precedence: (dict, {"title": TITLES}),
    view.units: (dict, {"title": TITLES}),
    view.passage: (dict, {"title": TITLES}),
    view.half: (dict, {"title": TITLES}),
    view.fans: (dict, {"title": TITLES}),
    view.playground: (dict, {"title": TITLES}),
    view.circle: (dict, {"title": TITLES}),
    view.river: (dict, {"title": TITLES}),
    view.coordinates: (dict, {"title": TITLES}),
    view.race: (
        dict,
        {
            "starts": [*NAMED[1:], {"a": 3}, {"a": "xaviar"}, {"a": init.Bilinear()}, init.Zero(), init.Zero, "he"],
            "mine": [3, "xaviar", {}, {"a": init.Zero()}, init.Zero, init.LSTMBias(), init.Initializer(), HUGE],
            "title": TITLES,
        },
    ),
    view.first_loss: (dict, {"title": TITLES}),
    view.growth: (dict, {"title": TITLES}),
    view.linked: (
        lambda: {"tensors": {"a": [[1.0, 2.0]]}},
        {
            "tensors": [*NAMED[1:], {"a": np.ones((65, 2))}, {"a": [[1]], "b": [[1], [2]]}, {"a": [[np.nan]]}],
            "title": TITLES,
        },
    ),
    view.sentence: (dict, {"sentences": [3, HUGE, [], [3], {}, ["a"] * 13, object()], "title": TITLES}),
    view.tied: (dict, {"title": TITLES}),
    view.drift: (dict, {"title": TITLES}),
    view.gpt2: (dict, {"title": TITLES}),
    view.tying: (dict, {"title": TITLES}),
    view.unrolled: (dict, {"title": TITLES}),
    view.banded: (dict, {"title": TITLES}),
    view.imports: (dict, {"title": TITLES}),
    view.calls: (dict, {"title": TITLES}),
    view.recorded: (lambda: {"name": "tying"}, {"name": [None, 3, "x", "tying.json", "../x", HUGE, ["tying"]]}),
    view.writing: (dict, {"title": TITLES}),
    view.moment: (lambda: {"net": small()}, {"net": NETS}),
    view.deferred: (
        lambda: {"make": lambda: nn.Dense(1)},
        {
            "make": [None, "x", 3, HUGE, nn.Dense, lambda: None, lambda: nn.Dense, lambda width: nn.Dense(width)],
            "width": [None, "5", 2.5, True, 0, -1, 2**70, HUGE, [3], np.ones(2)],
            "title": TITLES,
        },
    ),
    view.curves: (
        lambda: {"series": {"a": [1.0, 2.0]}},
        {
            "series": [*NAMED, {"a": [1.0]}, {"a": np.ones((2, 2, 2))}, {"a": [1, 2], "b": [1, 2, 3]}],
            "x": [[1], [2, 1], [0, np.nan], "ab", HUGE],
            "log": ["z", None, 3, ["x"], "x"],
            "theory": [[1], "ab", HUGE],
            "rules": [*NAMED[1:], {"a": np.inf}],
            "within": SPANS,
            "x_label": WORDS,
            "y_label": WORDS,
            "title": TITLES,
        },
    ),
    view.heat: (lambda: {"source": [[1.0]]}, {"source": [*MATRICES, nn.Dense(1)], "limit": LIMITS, "title": TITLES}),
    view.strip: (
        lambda: {"source": [[1.0], [2.0]]},
        {"source": [*NAMED, small(), nn.Dense(1)], "bins": [0, 201, *BINS[2:4]], "span": SPANS, "title": TITLES},
    ),
    view.network: (
        lambda: {"net": small()},
        {"net": [*NETS, nn.Sequential(), nn.Dense(1)], "limit": LIMITS, "title": TITLES},
    ),
    view.areas: (
        lambda: {"source": {"a": 1}},
        {"source": [*NAMED, {"a": -1}, {"a": 0}, {"a": 1e308, "b": 1e308}, [("a", 1), ("a", 2)]], "title": TITLES},
    ),
    view.byte_map: (lambda: {"file": saved()}, {"file": [None, 3, b"x", Path(__file__), []], "title": TITLES}),
    view.open_file: (lambda: {"file": saved()}, {"file": [None, 3, b"x", Path(__file__), []], "title": TITLES}),
    view.compare_files: (
        lambda: {"first": saved(), "second": saved()},
        {"first": [None, 3, Path(__file__)], "second": [b"x", [], real.FOLDER / "bart.safetensors"], "title": TITLES},
    ),
    view.damage: (dict, {"title": TITLES}),
    view.matching: (
        lambda: {"file": saved(), "net": small()},
        {"file": [None, 3, b"x", Path(__file__), []], "net": [*NETS, nn.Sequential()], "title": TITLES},
    ),
    view.precision: (
        lambda: {"values": [0.1]},
        {"values": ["x", 3, [], [1.0] * 25, [None], ["1"], [np.nan], [HUGE], {"a": 1}], "title": TITLES},
    ),
    view.safe_write: (dict, {"title": TITLES}),
    view.frozen: (dict, {"title": TITLES}),
    view.cuts: (dict, {"title": TITLES}),
    view.clinic: (dict, {"seed": [-1, 1.5, None, True, "1"], "title": TITLES}),
    view.diagnosis: (dict, {"title": TITLES}),
    view.play: (
        lambda: {"frames": [view.tied()]},
        {
            "frames": [*NAMED, [view.tied(), view.designer()], [view.regex(small())]],
            "start": [-1, 1, 1.0, None, True],
            "label": WORDS,
            "title": TITLES,
        },
    ),
    view.set_language: (
        lambda: {"language": "both"},
        {"language": [None, 3, "de", "e\0n", ["en"], np.array(["en"]), HUGE]},
    ),
}


@pytest.mark.parametrize("function", WRONG, ids=lambda function: function.__name__)
def test_every_wrong_argument_gets_a_lesson_before_there_is_a_figure(function):
    right, wrong = WRONG[function]
    function(**right())
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(errors.D2LError) as raised:
                function(**(right() | {name: value}))
            assert len(str(raised.value)) < 400, name


def test_every_wrong_argument_of_a_printed_histogram_gets_a_lesson_and_opens_no_figure():
    import matplotlib as mpl

    mpl.use("agg")
    bins = [value for value in BINS if repr(type(value)) != "<class 'int'>" or value != 7]
    for name, values in {"bins": bins, "log": FLAGS, "fit": FLAGS, "ax": [3, "x", HUGE, False, np.ones(2)]}.items():
        for value in values:
            with pytest.raises(errors.D2LError):
                view.plot_histogram([1.0], **{name: value})
    for source in SOURCES:
        with pytest.raises(errors.D2LError):
            view.plot_histogram([1.0], source)
    assert not mpl.pyplot.get_fignums()


def test_a_title_may_be_one_text_or_two():
    assert repr(view.tied(title="Mine")) == "<tied figure: Mine>"
    assert view.tied(title=spec.both("Mine", "내 것")).spec()["title"]["ko"] == "내 것"


def test_the_fitted_normal_stays_inside_the_picture_at_its_true_height():
    flat = np.linspace(-1, 1, 10_000)  # a normal of this spread is 1.38 times as high as the values
    figure = view.histogram(flat)
    marks = figure.compute(0, 1, 0, 1).marks
    (curve,) = [mark[1][1::2] for mark in marks if mark[-1] == "curve"]
    bars = [mark[2] for mark in marks if mark[0] == "r"]
    assert min(curve) < min(bars) and len({round(y) for y in curve[8:12]}) > 1


# ---- values that are not finite


def test_a_tensor_that_is_not_finite_is_named_and_the_others_are_shown():
    net = small()
    net[0].weight.data()[0] = np.nan
    net[0].bias.data()[1] = -np.inf
    figure = view.histogram(net)
    first, other = figure.state(0, 1, 0, 1), figure.state(2, 1, 0, 1)
    assert first["table"][1][1] == "9" and first["say"]["en"].startswith("dense1_weight: 9 values")
    for state in (first, other):
        assert (
            "dense1_weight (3 NaN and 0 infinite of 12), dense1_bias (0 NaN and 1 infinite of 4)" in state["say"]["en"]
        )
        assert "dense1_weight(12개 중 NaN 3개, 무한대 0개)" in state["say"]["ko"]
    assert view.histogram(net, together=True).state(0, 1, 0, 0)["table"][1][1] == "32"


def test_a_tensor_without_a_finite_value_has_empty_axes():
    state = view.histogram({"w": [np.nan, np.inf], "v": [1.0]}).state(0, 1, 1, 1)
    assert state["table"][1][1:] == ["0"] + ["NaN"] * 4 and not [mark for mark in state["marks"] if mark[0] == "r"]


def test_a_comparison_says_which_state_is_not_finite():
    say = view.compare([1.0, 2.0], [1.0, np.nan]).state(0, 0, 0, 0)["say"]
    assert "values after (1 NaN and 0 infinite of 2)" in say["en"] and "바꾼 뒤 values" in say["ko"]


# ---- large networks, hard patterns


EVIL = ["(a+)+$", "(a*)*$", "(a|aa)+$", "(a?a?)*$", "(?:a+){2,}$", "((a+)b?)+$", "(?x)(a+) +$", "(a+)(?#)+$",
        "(a+)+?$", "(a+)*+b", "a?" * 30 + "a" * 30, "(a|a)" * 30 + "$", ".*" * 12 + "x", "([a-z]+)*[)]",
        "(a{1,5})+$", "x" * 999]  # fmt: skip
KIND = [*PRESETS, "", "(", "a{2}", "[(+]+x", r"\(\)+", "a{9999999999}", "(?i)A+b|c", "(?P<n>a).*(?P=n)",
        "()" * 60, "(?:ab)+c", "[]+*]*", "a{,2}", "{a}*", "(a{2})*", ".*.*.*a"]  # fmt: skip


@pytest.mark.parametrize("pattern", EVIL)
def test_a_pattern_that_would_keep_python_busy_is_not_tried(pattern):
    net = nn.Dense(1, prefix="a" * 40 + "!")
    state = view.regex(net).compute(pattern)
    assert "too many ways" in state.say["en"] and not any(row[1] for row in state.table[1:])


@pytest.mark.parametrize("pattern", KIND)
def test_every_other_pattern_selects_what_python_selects(pattern):
    net = small()
    state = view.regex(net).compute(pattern)
    try:
        expected = [bool(re.match(pattern, name)) for name in net.collect_params()]
    except (re.error, OverflowError):
        assert "no regular expression" in state.say["en"]
    else:
        assert [row[1] == "✓" for row in state.table[1:]] == expected and "match" in state.say["en"].split()
