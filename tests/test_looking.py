"""Weights as pictures: what the figures of this chapter compute is what the package says."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import errors, nd, real, view
from d2lparams.view import svg
from d2lparams.view.growth import STEPS, moved, trained
from d2lparams.view.linked import FAINT, TWICE, with_faults
from d2lparams.view.sentence import DAMAGE, SENTENCES, answer, rounded, whole


def test_a_network_learns_the_digits_and_its_last_layer_moves_most():
    he, uniform = (trained(name) for name in ("He", "default"))
    assert he[0].right < 0.2 and he[-1].right > 0.9 and uniform[-1].right > 0.8
    for run in (he, uniform):
        far = [moved(start, now) for start, now in zip(run[0].weights, run[-1].weights, strict=True)]
        assert len(run) == len(STEPS) and far[2] > 2 * max(far[:2])
    # From a start of the right size the bell hardly tells that anything was learned.
    for start, now in zip(he[0].weights[:2], he[-1].weights[:2], strict=True):
        assert 1 < now.std() / start.std() < 1.12


def test_what_no_image_inks_moves_no_weight():
    images, _ = real.digits()
    change = trained("He")[-1].weights[0] - trained("He")[0].weights[0]
    still = np.flatnonzero(~change.any(axis=0))
    assert still.tolist() == np.flatnonzero(~images[:1200].reshape(-1, 64).any(axis=0)).tolist() == [0, 32, 39]


def test_two_faults_hardly_change_a_histogram_and_stand_out_by_row_and_column():
    fresh, faulty = trained("He")[0].weights[0], with_faults()
    assert faulty.std() == pytest.approx(fresh.std(), rel=0.02)
    norms = np.linalg.norm(faulty, axis=1)
    assert norms.argmin() == FAINT and norms[FAINT] < 0.1 * np.delete(norms, FAINT).min()
    assert (faulty[:, TWICE] == faulty[:, TWICE + 1]).all()


def test_a_row_that_is_chosen_is_told_with_its_norm():
    figure = view.linked({"mine": [[3.0, -4.0], [0.0, 1.0]]})
    state = figure.state(0, 0)
    assert "row 0 has norm 5" in state["say"]["en"] and state["table"][2][0] == "0"
    assert figure.state(0, 1)["marks"] != state["marks"]


@pytest.mark.parametrize(
    ("tensors", "lesson"),
    [
        ({"a": np.ones((65, 2))}, "take a part"),
        ({"a": np.ones((2, 129))}, "take a part"),
        ({"a": [[np.inf]]}, "finite"),
        ({"a": [[1.0]], "b": [[1.0], [2.0]]}, "as many rows"),
    ],
)
def test_tensors_of_other_sizes_are_told_what_fits(tensors, lesson):
    with pytest.raises(errors.SettingError, match=lesson):
        view.linked(tensors)


def test_untouched_positions_keep_the_size_of_their_start():
    places = real.weights("bart")["model.encoder.embed_positions.weight"]
    norms = np.linalg.norm(places, axis=1)
    assert norms[49:].max() < 0.25 < 1 < norms[2:49].min()
    assert norms[49:].mean() == pytest.approx(0.02 * 128**0.5, rel=0.05)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_gets_the_answer_of_the_network_of_the_package(text):
    given = real.features(text)
    found = answer(whole(), given[0].astype(float))
    net = real.detector()
    order = np.argsort(-found.shares)[:5]
    assert [real.languages()[at].code for at in order] == [language.code for language, _ in real.detect(text, net)]
    np.testing.assert_allclose(found.shares[order], [share for _, share in real.detect(text, net)], atol=1e-5)
    np.testing.assert_allclose(found.hidden, net[0](nd.array(given)).asnumpy()[0], atol=1e-4)


def test_what_the_units_add_is_the_lead_of_the_first_language():
    net, given = whole(), real.features(SENTENCES[0])[0].astype(float)
    found = answer(net, given)
    scores = net.w1 @ found.hidden + net.b1
    first, second = np.argsort(-scores)[:2]
    assert found.votes.sum() + net.b1[first] - net.b1[second] == pytest.approx(scores[first] - scores[second])


def test_fewer_bits_leave_as_many_values_and_keep_the_ends():
    weight = real.weights("lande")["1.weight"].astype(float)
    for bits in (1, 2, 4):
        some = rounded(weight, bits)
        assert max(len(np.unique(row.round(9))) for row in some) <= 2**bits
        np.testing.assert_allclose(some.max(axis=1), weight.max(axis=1))
        assert np.abs(some - weight).max() <= np.ptp(weight, axis=1).max() / (2**bits - 1) / 2 + 1e-9


def test_a_reader_asks_with_sentences_of_his_own():
    figure = view.sentence("자유롭고 평등하다")
    assert figure.state(0, 0)["table"][1][0] == {"en": "Korean", "ko": "한국어"}
    assert len(view.sentence(["", "a" * 1000]).controls[0].options) == 2
    with pytest.raises(errors.DTypeError, match="a text or a list of texts"):
        view.sentence([3])


TYPED = "Je pense, donc je suis <b>"


def test_what_a_reader_types_is_answered_by_the_network_of_the_package_whole_or_damaged():
    figure, other = view.sentence(), view.sentence(TYPED)
    (name, share), *_ = figure.state(TYPED, 0)["table"][1:]
    (language, wanted), *_ = real.detect(TYPED)
    assert name["en"] == language.en and float(share) == pytest.approx(wanted, abs=1e-3)
    assert [figure.state(TYPED, at) for at in range(len(DAMAGE))] == [other.state(0, at) for at in range(len(DAMAGE))]
    assert figure.start() == [0, 0] and len(figure.spec()["states"]) == len(SENTENCES) * len(DAMAGE)


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("", "no letter"),
        ("  ", "no letter"),
        ("12345", "no letter"),
        ("🙂🙂", "no letter"),
        ("\ud800", "no letter"),
        ("ಎಲ್ಲಾ", "none of its pieces but the blank"),
        ("free " * 100_000, "first 500 letters"),
        ("🙂" * 501, "first 500 letters are read. There is no letter"),
    ],
)
def test_what_the_network_cannot_read_gets_its_answer_and_a_lesson(text, lesson):
    figure = view.sentence()
    assert lesson in figure.state(text, 0)["say"]["en"] and lesson not in figure.state("freedom", 0)["say"]["en"]
    assert figure.state(text, 0)["table"] == figure.state(text[:500], 0)["table"]


def test_the_sentence_stands_above_its_answer_as_text_of_at_most_two_lines():
    figure = view.sentence()
    for text, lines in (("", []), (SENTENCES[0], [SENTENCES[0]]), ("a\n  <b>", ["a <b>"]), ("w" * 99, 2)):
        written = [mark[4] for mark in figure.state(text, 0)["marks"] if mark[0] == "t" and mark[2] < 50]
        assert written == lines or (lines == 2 and len(written) == 2 and written[1].endswith("w…"))
    assert "&lt;b&gt;" in svg.draw(figure.state("<b>", 0)["marks"], figure.size, {"en": "", "ko": ""})


def test_with_its_first_layer_at_zero_the_network_answers_everything_alike():
    zero = [name["en"] for name, _ in DAMAGE].index("first layer set to zero")
    figure = view.sentence()
    tables = [figure.state(which, zero)["table"] for which in (*range(len(SENTENCES)), TYPED, "")]
    assert tables[0][1][0]["en"] == "Japanese" and all(table == tables[0] for table in tables)


def test_damage_changes_the_answer_and_never_the_network_of_others():
    figure = view.sentence()
    before = figure.state(0, 0)
    says = [figure.state(0, damage)["say"]["en"] for damage in range(len(DAMAGE))]
    assert "Catalan 86 %, English 10 %" in says[0] and "English 99 %" in says[1]
    assert figure.state(0, 0) == before and len(set(says)) == len(says)
