"""The reference: every public name has a place on the page, and code in a text leads there only if it is meant."""

from __future__ import annotations

import inspect
import re

import pytest

import d2lparams
from d2lparams import nn, view
from tools.project import BOOK
from tools.text import editions, reference
from tools.text.cells import read, source, tags
from tools.text.words import EDITIONS

CELLS = read(BOOK / "reference.ipynb")["cells"]


def test_the_page_lists_every_module_once_and_the_package_has_no_other():
    asked = [re.search(r"'(\w+)'", source(cell))[1] for cell in CELLS if "reference" in tags(cell)]
    assert asked == list(reference.MODULES)
    assert set(d2lparams.__all__) - {"Trainer"} <= set(asked)
    assert d2lparams.Trainer is reference.fragments()["trainer.Trainer"]


def test_every_public_name_is_told_where_it_is_met_first():
    told = reference.fragments()
    for called, module in reference.modules():
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                assert any(one is thing for one in told.values()), f"{called}.{name}"
    assert {"autograd.record", "nn.Block.collect_params", "view.imports", "nd.NDArray.backward"} <= told.keys()


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("nn.Dense(256, activation='relu')", "nn.Dense"),
        ("gluon.nn.Dense", "nn.Dense"),
        ("gluon.Trainer", "trainer.Trainer"),
        ("with autograd.record():", "autograd.record"),
        ("loss.backward()", "nd.NDArray.backward"),
        ("net[0].initialize()", "nn.Block.initialize"),
        ("net.add(nn.Dense(10))", "nn.Sequential.add"),
        ("net.collect_params().setattr('grad_req', 'null')", "nn.ParameterDict.setattr"),
        ("weight.data().norm()", "nd.NDArray.norm"),
        ("nd.random.seed(7)", "random.seed"),
        ("force_reinit=True", None),
        ("torch.nn.Linear", None),
        ("np.zeros(3)", None),
        ("init", None),
        ("net.init", None),
        ("step", None),
        ("forward", None),
        ("print(x)", None),
        ("for", None),
        ("0.weight", None),
        ("dense0_weight", None),
    ],
)
def test_a_piece_of_code_means_one_name_or_none(code, place):
    assert reference.meant(code) == place


def test_docstrings_stand_below_the_names_of_a_module_and_are_english_in_the_korean_edition():
    notebook = {"cells": CELLS, "metadata": {}}
    for edition in EDITIONS:
        made = editions.transform(notebook, edition)["cells"]
        below = [after for cell, after in zip(made, made[1:], strict=False) if "reference" in tags(cell)]
        assert [reference.DIRECTIVE in cell["source"] for cell in below] == [True] * len(reference.MODULES)
        assert all(cell["source"].startswith(":::{div} language-en") == (edition == "ko") for cell in below)


def test_what_is_inherited_is_told_with_the_class_that_has_it():
    assert reference.meant("trainer.step(8)") == "trainer.Trainer.step"
    assert nn.Dense.collect_params is reference.fragments()["nn.Block.collect_params"]
    assert view.designer is reference.fragments()[reference.meant("view.designer()")]
