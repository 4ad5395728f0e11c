"""Formulas of the text that are arithmetic: every one is right, to the digits that it gives."""

from __future__ import annotations

import pytest

from tools.project import BOOK, documents
from tools.text import formulas
from tools.text.cells import read, source


@pytest.mark.parametrize(
    ("side", "wanted"),
    [
        (r"50257 \times 768", 38597376),
        (r"38{,}597{,}376", 38597376),
        (r"\frac{1}{\sqrt{16}}", 0.25),
        (r"\sqrt 2 \cdot \sqrt{2}", 2),
        (r"3^{-5}", 3**-5),
        (r"2 \cdot 21{,}700 / 2^{20}", 43400 / 2**20),
        (r"\ln 2", 0.6931471805599453),
        (r"\left(1 - 0.9\right)^2", 0.01),
        (r"\sqrt e", 1.6487212707001282),
        ("n v", None),
        ("2 n", None),
        (r"\varphi(2)", None),
        (r"\sigma", None),
        ("0.9\\, m", None),
    ],
)
def test_a_side_is_worth_what_it_computes_and_nothing_where_it_has_letters(side: str, wanted: float | None) -> None:
    assert formulas.worth(side) == (None if wanted is None else pytest.approx(wanted, rel=1e-12))


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (r"\ln 2 = 0.693", False),
        (r"\ln 2 = 0.694", True),
        (r"2 + 3 = 5 = 6", True),
        (r"n v = 20 \cdot 29.17 = 583", False),
        (r"n v = 20 \cdot 29.17 = 584", True),
        (r"\tfrac{1}{3} \approx 0.33", False),
        (r"\tfrac{1}{3} = \frac{2}{7}", True),
        (r"v = 0.0016", False),
    ],
)
def test_what_is_not_equal_is_told(formula: str, told: bool) -> None:
    assert bool(formulas.wrong(formula)) == told


def test_what_a_formula_finds_is_a_result_and_what_it_sets_is_none() -> None:
    text = r"With $v = 0.07^2 / 3$ and $\sigma = 0.5$ it is $2 / v = 1224$, `$1 / v = 3$` aside; $n v / 2 = 0.875$."
    assert list(formulas.results(text)) == ["1224", "0.875"]


def test_formulas_are_read_where_they_stand_and_code_is_none() -> None:
    display = "$$\nb &= 2 + 2 = 5 \\\\\n&= 3\n$$ (label)"
    text = f"Of $a = 1$:\n\n{display}\n\n:::{{note}}\n$c = 4$ and `$d$`\n:::\n\n```python\n'$e = 5$'\n```"
    assert [found.strip() for found in formulas.formulas(text)] == ["a = 1", "b &= 2 + 2 = 5", "&= 3", "c = 4"]


def test_every_formula_of_the_book_that_is_arithmetic_is_right() -> None:
    cells = (cell for name in documents() for cell in read(BOOK / f"{name}.ipynb")["cells"])
    texts = [source(cell) for cell in cells if cell["cell_type"] == "markdown"]
    every = [formula for text in texts for formula in formulas.formulas(text)]
    asked = [
        formula for formula in every if sum(formulas.worth(side) is not None for side in formulas.sides(formula)) > 1
    ]
    assert len(asked) > 50
    assert not [told for formula in asked if (told := formulas.wrong(formula))]
