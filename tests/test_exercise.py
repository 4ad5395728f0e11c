"""What a check answers: in the reader's language, with a mark for graders, without showing what is right."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import language
from d2lparams.exercise import digest, not_yet, well_done


@pytest.fixture(autouse=True)
def _spoken():
    before = language.language()
    yield
    language.set_language(before)


def test_a_verdict_speaks_the_language_of_the_page():
    spoken = []
    for name in language.LANGUAGES:
        language.set_language(name)
        spoken.append(str(not_yet("a number.", "수를 넣으세요.")))
    assert spoken[:2] == ["Not yet: a number.", "아직입니다: 수를 넣으세요."]
    assert spoken[2].splitlines() == spoken[:2]


def test_a_verdict_says_to_a_grader_whether_it_passed():
    language.set_language("en")
    assert well_done("a", "b").passed and not not_yet("a", "b").passed
    assert str(well_done("yes.", "네.")).startswith("Well done: ")


def test_print_hands_a_verdict_on_as_what_it_is():
    class Heard(list):
        write = list.append

    heard = Heard()
    print(well_done("yes.", "네."), file=heard)
    assert heard[0].passed and heard[0] == str(well_done("yes.", "네."))


def test_a_digest_compares_answers_by_what_they_say_and_not_by_their_type():
    assert digest(np.float32(0.5)) == digest(0.5) and digest(np.int64(3)) == digest(3) == digest(3.0)
    assert digest({"w": (2, 3)}) == digest({"w": [2, 3]}) != digest({"w": (3, 2)})
    assert digest(None) != digest(0) != digest([0])
