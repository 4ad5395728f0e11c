"""Figures: one contract, drawn alike by Python and JavaScript, in a page and in a kernel; what each of them shows."""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from d2lparams import errors, init, nd, nn, random, stats, view
from d2lparams.view import display, spec, static, svg
from tools.internals import node

HERE = Path(view.__file__).parent


def small():
    with nn.NameManager():
        net, layer = nn.Sequential(), nn.Dense(4, in_units=4)
        net.add(nn.Dense(4, in_units=3), layer, nn.Dense(4, in_units=4, params=layer.params))
    random.seed(3)
    net.initialize(init.Normal(0.5))
    return net


def before_and_after():
    net = small()
    before = view.snapshot(net)
    net.initialize("xavier", force_reinit=True)
    return view.compare(before, net)


FIGURES = {
    "tree": lambda: view.tree(small()),
    "regex": lambda: view.regex(small()),
    "histogram": lambda: view.histogram(small()),
    "compare": before_and_after,
    "designer": view.designer,
    "deferred": lambda: view.deferred(lambda: nn.Dense(3), width=5),
    "tied": view.tied,
}


@pytest.fixture(params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


def test_a_figure_is_json_the_same_every_time_and_speaks_both_languages(figure):
    first = figure.spec()
    assert json.loads(json.dumps(first)) == figure.spec()
    words = [state["say"] for state in first["states"].values()] + [c["label"] for c in first["controls"]]
    assert all(set(text) == {"en", "ko"} and text["en"] and text["ko"] for text in words)
    assert all(state["table"] and len({len(row) for row in state["table"]}) == 1 for state in first["states"].values())


def test_outside_a_kernel_a_figure_is_text_spec_and_picture(figure, monkeypatch):
    monkeypatch.setattr(display, "KERNELS", set())
    bundle = figure._repr_mimebundle_()
    assert list(bundle) == ["text/plain", view.MIME, "image/svg+xml"]
    assert bundle["text/plain"] == repr(figure) and " at 0x" not in repr(figure)


@pytest.mark.parametrize("language", ["en", "ko", "both"])
def test_a_page_has_the_picture_the_table_and_the_spec_in_its_language(figure, language):
    content = figure.spec()
    page = static.html(content, language)
    assert svg.first(content, language) in page and f'data-language="{language}"' in page
    start = content["states"][spec.start_key(content)]
    assert static.table(start["table"], language) in page
    stored = page.split('class="d2l-spec">')[1].split("</script>")[0]
    assert json.loads(stored) == content and "</" not in stored


def test_a_live_figure_shows_the_states_of_the_page(figure):
    from d2lparams.view.widget import live

    content, box = figure.spec(), live(figure)
    widgets, drawing = box.children[0].children, box.children[1]
    choices = [range(len(c.options)) for c in figure.controls if c.kind != "text"]
    for values in itertools.islice(itertools.product(*choices), 0, None, 7):
        for widget, value in zip([w for w in widgets if type(w).__name__ != "Text"], values, strict=True):
            widget.value = bool(value) if isinstance(widget.value, bool) else value
        marks = drawing.scene["base"] + drawing.scene["state"]["marks"]
        assert json.loads(json.dumps(marks)) == spec.scene(content, spec.key_of(values))


DRAW = """
const source = process.argv[1];
const create = (_, tag) => ({ tag, names: "", setAttribute(n, v) { this.names += ` ${n}="${v}"`; } });
global.document = { createElementNS: create };
import("data:text/javascript," + encodeURIComponent(source)).then(({ default: { element } }) => {
  const scenes = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const text = (e) => (e.textContent ?? "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  console.log(JSON.stringify(scenes.map((scene) => scene.map((mark) => {
    const e = element(mark, "ko");
    return `<${e.tag}${e.names}>${text(e)}</${e.tag}>`;
  }).join(""))));
});
"""


def test_javascript_draws_every_state_as_python_does(figure):
    from d2lparams.view.widget import Scene

    content = figure.spec()
    scenes = [spec.scene(content, key) for key in content["states"]]
    command = [node(), "--input-type=commonjs", "-e", DRAW, Scene._esm]
    done = subprocess.run(
        command, input=json.dumps(scenes), capture_output=True, check=True, text=True, encoding="utf-8"
    )
    assert json.loads(done.stdout) == ["".join(svg.element(mark, "ko") for mark in scene) for scene in scenes]


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


def test_tied_tensors_have_one_letter_and_one_colour_and_different_ones_differ():
    base = view.tree(small()).base
    letters = [mark[4] for mark in base if mark[-1] == "letter"]
    colours = [mark[-1] for mark in base if mark[0] == "r"]
    assert letters == ["A", "B", "C", "D", "C", "D"] and colours == ["a", "b", "c", "d", "c", "d"]


def test_a_million_weights_move_in_a_kernel_in_under_50_ms():
    """The least of several moves, drawing included: other tests may run beside this one."""
    from d2lparams.view.widget import live

    bins = live(view.histogram(nd.random.normal(shape=(1000, 1000)))).children[0].children[1]

    def taken(value):
        began = time.perf_counter()
        bins.value = value
        return time.perf_counter() - began

    assert min(taken(value) for value in (0, 1, 2, 3, 1, 3)) < 0.05


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


LESSONS = {
    "bins": (lambda: view.histogram([1.0], bins=7), errors.SettingError, "10, 20, 40, 80"),
    "nothing": (lambda: view.histogram({}), errors.SettingError, "nothing to show"),
    "no values": (lambda: view.histogram(nn.Dense(1)), errors.NotInitializedError, "initialize"),
    "strangers": (lambda: view.compare({"a": [1]}, {"b": [1]}), errors.UnknownNameError, "Before: a. After: b"),
    "words": (lambda: view.histogram("x"), errors.DTypeError, "no numbers"),
    "snapshot": (lambda: view.snapshot([1]), errors.DTypeError, "network or a layer"),
    "tree": (lambda: view.tree(nn.Sequential()), errors.SettingError, "nothing to show"),
    "patterns": (lambda: view.regex(small(), presets=()), errors.SettingError, "no pattern"),
    "layer": (lambda: view.deferred(nn.Dense(1)), errors.DTypeError, "function that makes"),
    "width": (lambda: view.deferred(lambda: nn.Dense(1), width=0), errors.SettingError, "width"),
    "language": (lambda: view.set_language("de"), errors.SettingError, "'ko'"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


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
