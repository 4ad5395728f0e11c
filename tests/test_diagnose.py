"""Patients are ill as it is said, their instruments tell it and nothing else, the right cure heals: the clinic."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from d2lparams import autograd, errors, nd, nn, view
from d2lparams.patients import CURES, ILLNESSES, patient
from d2lparams.signals import watch
from d2lparams.view.diagnosis import QUESTIONS
from d2lparams.view.evidence import CURED_BY, DIAGNOSES, RIGHT, judged, tell
from d2lparams.view.ward import EXAMINED, PATIENTS, STEPS, STOPS, examined, run_of

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("name", ["healthy", *ILLNESSES])
def test_a_patient_is_the_same_every_time_and_leaves_the_readers_numbers_alone(name):
    nd.random.seed(5)
    drawn = nd.random.normal(shape=(3,)).asnumpy()
    nd.random.seed(5)
    labels = nn.Dense(1, in_units=1).weight.name, nn.Dense(1, in_units=1).weight.name
    one, other = patient(name), patient(name)
    assert [one.step() for _ in range(3)] == [other.step() for _ in range(3)]
    assert np.array_equal(nd.random.normal(shape=(3,)).asnumpy(), drawn)
    numbers = [int(label.split("_")[0].removeprefix("dense")) for label in (*labels, nn.Dense(1).weight.name)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_a_seed_is_another_network_and_a_wrong_name_a_lesson():
    assert patient(seed=1).loss().asscalar() != patient(seed=2).loss().asscalar()
    for wrong in ({"name": "Z"}, {"name": 3}, {"cure": "rest"}, {"seed": -1}, {"seed": 1.5}):
        with pytest.raises(errors.SettingError):
            patient(**wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_illness_shows_in_its_instrument_whatever_the_seed(seed):
    seen, first = {}, {}
    for name in ("healthy", *PATIENTS):
        one = patient(name, seed=seed)
        with watch(one.net) as rows, autograd.record():
            one.loss().backward()
        seen[name], first[name] = rows, one.loss().asscalar()
    assert seen["A"][3].size < 1e-4 * seen["A"][0].size and seen["A"][0].gradient_size < 1e-7
    assert seen["B"][3].dead == 1 and seen["B"][0].gradient_size == 0
    assert first["C"] > 20 > 1.4 * first["healthy"]
    assert [len(np.unique(row.output.round(9), axis=1).T) for row in seen["D"][:4]] == [1] * 4
    assert [row.size for row in seen["E"]] == [row.size for row in seen["healthy"]]
    assert max(row.dead for name in "ACDE" for row in seen[name]) < 0.3


@pytest.mark.parametrize(("name", "cure"), [("A", None), ("C", None), ("D", "faster"), ("E", "faster")])
def test_a_patient_that_is_trained_again_gives_what_was_recorded(name, cure):
    again, kept = examined(name, cure), run_of(name, cure)
    early = STEPS.index(50)  # a network that bursts goes its own way on each machine
    assert again.losses[:early] == pytest.approx(kept.losses[:early], rel=0.02)
    assert again.first == kept.first and again.frames[0].units == kept.frames[0].units
    for frame in (0, 2):
        for one, other in zip(again.frames[frame][1:], kept.frames[frame][1:], strict=True):
            assert one == pytest.approx(other, rel=0.02)


def test_the_right_cure_heals_and_every_wrong_one_does_not():
    for name, cure in itertools.product(PATIENTS, CURES):
        last, sick = run_of(name, cure).losses[-1], run_of(name).losses[-1]
        right = CURED_BY[RIGHT[name]] == cure
        assert (last < 0.6) == right, (name, cure)
        assert (tell(name, cure)["en"] == "Cured.") == right
        assert right or tell(name, cure)["en"] != "It helps, and the cause is still there." or last < 0.7 * sick


def test_each_patient_has_one_right_diagnosis_and_what_contradicts_the_others_is_said():
    for name in PATIENTS:
        found = {one: judged(name, one)["en"] for one in DIAGNOSES}
        assert [one for one, text in found.items() if text.startswith("Right.")] == [RIGHT[name]]
        assert len(set(found.values())) == len(DIAGNOSES)
        wrong = [text for one, text in found.items() if one != RIGHT[name]]
        pattern = "Activations:", "Loss at start:", "Gradients:", "Update ratio:"
        assert all(text.removeprefix("It is something else. ").startswith(pattern) for text in wrong)


def test_a_contradiction_is_none_of_the_illness_that_it_speaks_of():
    # "too small" is answered by what is 0 exactly or has not shrunk; "too slow" by a gradient that is not there.
    assert "0 exactly" in judged("B", "small")["en"] and "arrives 0," in judged("B", "slow")["en"]
    assert "e\N{MINUS SIGN}9" in judged("A", "slow")["en"]
    assert "71 " not in judged("E", "large")["en"] and "70.70" in judged("C", "large")["en"]


def test_the_clinic_shows_the_treated_patient_in_the_place_of_the_healthy_network():
    figure = view.clinic()
    decision = next(control for control in figure.controls if control.name == "decision")
    look, cured = 0, decision.values.index("cure-biases-to-0")
    plain, treated = (figure.state(1, 0, at, len(STOPS) - 1) for at in (look, cured))
    assert [row["en"] for row in plain["table"][0][1:]] == ["patient B", "healthy"]
    assert [row["en"] for row in treated["table"][0][1:]] == ["patient B", "treated"]
    assert "Cured." in treated["say"]["en"] and "Cured." not in figure.state(1, 0, cured, 0)["say"]["en"]
    assert [row[2] for row in plain["table"][1:]] == [row[2] for row in treated["table"][1:]]  # it is the healthy one


def test_with_another_seed_the_patients_are_trained_when_they_are_shown_and_have_the_same_illnesses():
    figure = view.clinic(seed=2)
    right, wrong = (figure.state(2, 3, at, 0)["say"]["en"] for at in (3, 1))
    assert right.startswith("Right. The first loss is 48.11") and wrong.startswith("It is something else.")
    assert view.clinic().state(2, 3, 3, 0)["say"] != figure.state(2, 3, 3, 0)["say"]


def test_the_first_no_of_the_chart_decides_whatever_else_is_answered():
    figure = view.diagnosis()
    for answers in itertools.product((0, 1), repeat=len(QUESTIONS)):
        say = figure.state(*answers)["say"]["en"]
        stop = answers.index(0) if 0 in answers else None
        begins = "Nothing of this" if stop is None else QUESTIONS[stop].cause["en"]
        assert say[1:].startswith(begins[1:])
    assert figure.start() == [1, 1, 0, 0, 0, 0]


def test_what_is_examined_are_digits_and_every_stop_is_a_step():
    one = patient()
    assert one.inputs.shape == (1200, 64) and set(STOPS) <= set(STEPS)
    pixels = one.inputs.asnumpy()
    assert (pixels.min(), pixels.max()) == (0, 1)
    assert len(set(one.labels[:EXAMINED].asnumpy())) == 10
