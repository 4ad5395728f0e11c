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


def test_a_tiny_or_a_huge_span_counts_what_lies_in_it():
    assert stats.histogram([1e300, 1e-200, -1.0, np.nan], 2, (0, 2e-200)).counts.tolist() == [0, 1]
    assert stats.histogram(np.float32([1, 2, 3]), 2, (-1e200, 1e200)).counts.tolist() == [0, 3]


@pytest.mark.parametrize(
    "values",
    [[7, 7], np.full(3, 1e30, np.float32), np.array([1, 1 + 1e-7], np.float32), np.array([-3e38, 3e38], np.float32)],
)
def test_equal_close_huge_and_distant_values_all_find_a_bin(values):
    assert stats.histogram(values).counts.sum() == len(values)


def test_edges_are_float64_and_equally_far_apart_for_every_dtype():
    for dtype in (np.float16, np.float32, np.int8, bool):
        edges = stats.histogram(np.array([0, 1], dtype), 30).edges
        assert edges.dtype == np.float64 and (edges == np.linspace(0, 1, 31)).all()


@pytest.mark.parametrize(
    "values",
    [[0.3, 0.1 + 0.2], [0, 5e-324], [-1.7e308, 1.7e308], [1.797e308], [1e-300, 2e-300], np.float16([-65504, 65504])],
    ids=str,
)
def test_no_distance_between_values_is_too_small_or_too_large(values):
    h = stats.histogram(values, 80)
    assert h.counts.sum() == len(values) and (np.diff(h.edges) > 0).all() and np.isfinite(h.edges).all()
    assert h.stats.low <= h.stats.mean <= h.stats.high and np.isfinite([h.stats.std, *h.normal()]).all()


def test_moments_of_any_magnitude_are_those_of_the_same_values_near_one():
    near = stats.summarize(VALUES.astype(np.float64))
    for power in (-1040, -600, 600, 1010):
        far = stats.summarize(np.ldexp(VALUES.astype(np.float64), power))
        expected = [np.ldexp(m, power) for m in (near.mean, near.std)]
        np.testing.assert_allclose([far.mean, far.std], expected, rtol=1e-4 if power == -1040 else 1e-12)
    assert stats.summarize(VALUES.astype(np.float64) + 1e9).std == pytest.approx(near.std, rel=1e-6)


DTYPES = st.sampled_from(["f2", "f4", "f8", "i1", "i8", "u2"])


@given(
    seed=st.integers(0, 2**32), dtype=DTYPES, bins=st.integers(1, 90), scale=st.integers(-3, 4), grid=st.booleans(),
    cut=st.booleans(),
)  # fmt: skip
@settings(max_examples=200)
def test_counts_are_those_of_numpy_in_float64_on_the_edges_too(seed, dtype, bins, scale, grid, cut):
    rng = np.random.default_rng(seed)
    ends = np.sort(rng.normal(scale=10.0**scale, size=2))
    values = rng.choice(np.linspace(*ends, bins + 1), 300) if grid else rng.normal(scale=10.0**scale, size=300)
    values = np.nan_to_num(values).clip(-100, 100).astype(dtype) if dtype[0] in "iu" else values.astype(dtype)
    values = values[np.isfinite(values)]
    h = stats.histogram(values, bins, tuple(ends) if cut else None)
    counts, edges = np.histogram(values.astype(np.float64), bins, (h.edges[0], h.edges[-1]))
    np.testing.assert_array_equal(h.counts, counts)
    np.testing.assert_array_equal(h.edges, edges)


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
    "too many bins": (lambda: stats.histogram([1], 2**40), errors.SettingError, "1,000,000"),
    "too fine bins": (lambda: stats.histogram([1], 40, (0.3, 0.1 + 0.2)), errors.SettingError, "too few numbers"),
    "one edge": (lambda: stats.histogram([1], 5, (1,)), errors.SettingError, "lowest and the highest"),
    "edges": (lambda: stats.histogram([1], 5, (2, 1)), errors.SettingError, "not below"),
    "infinite edge": (lambda: stats.histogram([1], 5, (1, np.inf)), errors.SettingError, "lowest and the highest"),
    "edge beyond float": (lambda: stats.histogram([1], 5, (0, 10**400)), errors.DTypeError, "edge"),
    "no edge": (lambda: stats.histogram([1], 5, "ab"), errors.DTypeError, "edge"),
    "edge of words": (lambda: stats.histogram([1], 5, ("a", "b")), errors.DTypeError, "edge"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_mistake_gets_a_lesson(name):
    mistake, kind, words = LESSONS[name]
    with pytest.raises(kind, match=words):
        mistake()


@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (3, 2, 2)])
def test_a_spectrum_has_the_roots_of_the_eigenvalues_of_the_square(shape):
    values = np.random.default_rng(1).standard_normal(shape)
    matrix = values.reshape(shape[0], -1)
    want = np.sqrt(np.sort(np.linalg.eigvalsh(matrix @ matrix.T))[::-1][: min(matrix.shape)].clip(0))
    np.testing.assert_allclose(stats.spectrum(values), want, rtol=1e-10, atol=1e-7)
    np.testing.assert_allclose(stats.spectrum(nd.array(values)), want, rtol=1e-5, atol=1e-5)


def test_the_spectrum_of_an_orthogonal_weight_is_flat():
    layer = nn.Dense(50, in_units=50)
    layer.initialize("orthogonal")
    np.testing.assert_allclose(stats.spectrum(layer.weight), stats.spectrum(layer.weight)[0], rtol=1e-5)


def test_what_has_no_spectrum_is_told():
    with pytest.raises(errors.ShapeError, match="matrix"):
        stats.spectrum([1.0, 2.0])
    with pytest.raises(errors.SettingError, match="NaN"):
        stats.spectrum([[1.0, np.nan]])
