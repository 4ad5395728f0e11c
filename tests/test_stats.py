"""Summaries and histograms in numbers: against numpy, and for odd values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lparams import errors, nd, nn, stats

VALUES = np.random.default_rng(3).normal(2, 5, 1000).astype(np.float32)


def test_a_summary_has_the_moments_and_the_share_of_zeros():
    s = stats.summarize([[0, 1], [0, 3]])
    assert (s.size, s.mean, s.low, s.high, s.zeros) == (4, 1, 0, 3, 0.5)
    assert s.std == pytest.approx(np.std([0, 1, 0, 3]))


def test_a_million_float32_values_are_summed_without_losing_digits():
    assert stats.summarize(np.full(1_000_000, 0.1, np.float32)).mean == pytest.approx(np.float32(0.1), rel=1e-9)


@pytest.mark.parametrize("source", [VALUES, VALUES.tolist(), nd.array(VALUES)])
def test_counts_and_edges_are_those_of_numpy_whatever_holds_the_values(source):
    h = stats.histogram(source, 20)
    counts, edges = np.histogram(VALUES, 20)
    np.testing.assert_array_equal(h.counts, counts)
    np.testing.assert_allclose(h.edges, edges, rtol=1e-5)


def test_a_parameter_is_looked_at_once_it_has_values():
    layer = nn.Dense(2)
    with pytest.raises(errors.NotInitializedError):
        stats.histogram(layer.weight)
    layer.initialize()
    with pytest.raises(errors.DeferredInitializationError):
        stats.histogram(layer.weight)
    assert stats.histogram(layer.bias).counts.sum() == 2


def test_the_fitted_normal_expects_as_many_values_as_there_are():
    h = stats.histogram(VALUES, 400, span=(-60, 60))
    assert h.normal().sum() == pytest.approx(len(VALUES))
    assert not stats.histogram([1, 1]).normal().any()


def test_values_outside_the_span_are_not_counted():
    assert stats.histogram([1, 2, 3, np.nan, np.inf], 2, span=(0, 2.5)).counts.tolist() == [1, 1]


@pytest.mark.parametrize(
    "values",
    [[7, 7], np.full(3, 1e30, np.float32), np.array([1, 1 + 1e-7], np.float32), np.array([-3e38, 3e38], np.float32)],
)
def test_equal_close_huge_and_distant_values_all_find_a_bin(values):
    assert stats.histogram(values).counts.sum() == len(values)


@given(values=st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=30), bins=st.integers(1, 90))
@settings(max_examples=60)
def test_every_finite_value_is_counted_once(values, bins):
    assert stats.histogram(np.array(values, np.float32), bins).counts.sum() == len(values)


LESSONS = {
    "nan": (lambda: stats.histogram([1, np.nan]), errors.SettingError, "NaN or infinite"),
    "infinite": (lambda: stats.histogram([1, np.inf]), errors.SettingError, "from 1.0 to inf"),
    "empty": (lambda: stats.histogram(nd.zeros((0, 3))), errors.ShapeError, r"\(0, 3\)"),
    "words": (lambda: stats.histogram("x"), errors.DTypeError, "no numbers"),
    "network": (lambda: stats.histogram(nn.Dense(1)), errors.DTypeError, "no numbers"),
    "ragged": (lambda: stats.histogram([[1], [1, 2]]), errors.ShapeError, "different lengths"),
    "bins": (lambda: stats.histogram([1], "auto"), errors.SettingError, "bins"),
    "one edge": (lambda: stats.histogram([1], 5, (1,)), errors.SettingError, "lowest and the highest"),
    "edges": (lambda: stats.histogram([1], 5, (2, 1)), errors.SettingError, "not below"),
    "edge of words": (lambda: stats.histogram([1], 5, ("a", "b")), errors.SettingError, "edge"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()
