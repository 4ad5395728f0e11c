"""The mathematics of initializers, beside what numpy draws from the same stream and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import errors, fills, init

SIZES = [1, 7, 1000, (1 << 15) - 1, 1 << 15, 100_001]


def filled(fill, size, dtype, *settings):
    out = np.full(size, np.nan, dtype)
    fill(out, np.random.default_rng(4), *settings)
    return out


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SIZES)
def test_a_fill_is_what_numpy_draws_scaled_and_moved(size, dtype):
    rng = np.random.default_rng(4)
    close = 1e-6 if dtype == np.float32 else 1e-14
    np.testing.assert_allclose(
        filled(fills.uniform, size, dtype, -0.5, 2.0), rng.random(size, dtype) * 2.5 - 0.5, rtol=close, atol=close
    )
    rng = np.random.default_rng(4)
    normal = rng.standard_normal(size, dtype)
    np.testing.assert_allclose(filled(fills.normal, size, dtype, 1.5, 0.3), normal * 0.3 + 1.5, rtol=close, atol=close)
    np.testing.assert_allclose(filled(fills.normal, size, dtype, 0.0, 0.3), normal * 0.3, rtol=close)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_truncated_draw_keeps_what_is_inside_and_draws_the_rest_again(dtype):
    whole = np.random.default_rng(4).standard_normal(2000, dtype)
    found = filled(fills.truncated_normal, 2000, dtype, 1.5, 0.3)
    rng = np.random.default_rng(4)
    redrawn = rng.standard_normal(2000, dtype)
    while (outside := np.flatnonzero(np.abs(redrawn) > 2)).size:
        redrawn[outside] = rng.standard_normal(outside.size, dtype)
    np.testing.assert_allclose(found, redrawn * 0.3 + 1.5, rtol=1e-5)
    inside = np.abs(whole) <= 2
    np.testing.assert_allclose(found[inside], whole[inside] * 0.3 + 1.5, rtol=1e-5)
    assert not inside.all() and (np.abs(found - 1.5) <= 0.6001).all()
    assert len(np.unique(found)) > 1990  # drawn again, not moved to the border


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (4, 3, 2)])
def test_an_orthogonal_fill_is_the_q_of_a_gaussian_whose_r_has_a_positive_diagonal(shape):
    found = filled(fills.orthogonal, shape, np.float64, 1.5).reshape(shape[0], -1)
    tall = found if found.shape[0] >= found.shape[1] else found.T
    gaussian = np.random.default_rng(4).standard_normal(tall.shape)
    r = tall.T @ gaussian / 1.5
    np.testing.assert_allclose(tall.T @ tall, 2.25 * np.eye(tall.shape[1]), atol=1e-12)
    np.testing.assert_allclose(np.tril(r, -1), 0, atol=1e-12)
    assert (np.diag(r) > 0).all()


TENTS = {
    1: [1],
    2: [0.75, 0.75],
    3: [0.25, 0.75, 0.75],
    4: [0.25, 0.75, 0.75, 0.25],
    5: [1 / 3, 2 / 3, 1, 2 / 3, 1 / 3],
}


@pytest.mark.parametrize(("height", "width"), [(4, 4), (3, 5), (5, 4), (1, 3)])
def test_bilinear_weights_are_the_product_of_two_tents(height, width):
    out = np.zeros((2, 3, height, width))
    fills.bilinear(out)
    np.testing.assert_allclose(out, np.broadcast_to(np.outer(TENTS[height], TENTS[width]), out.shape), rtol=1e-12)


def test_fans_count_the_kernel_on_both_sides():
    assert [fills.fans(shape) for shape in [(5, 3), (5, 3, 2), (5, 3, 2, 7)]] == [(3, 5), (6, 10), (42, 70)]


DEFAULTS = {
    init.Uniform: {"scale": 0.07},
    init.Normal: {"sigma": 0.01},
    init.TruncatedNormal: {"mean": 0.0, "sigma": 0.01},
    init.Xavier: {"rnd_type": "uniform", "factor_type": "avg", "magnitude": 3.0},
    init.He: {"factor_type": "in", "slope": 0.0},
    init.MSRAPrelu: {"factor_type": "avg", "slope": 0.25},
    init.Orthogonal: {"scale": 1.414},
    init.LSTMBias: {"forget_bias": 1.0},
}


@pytest.mark.parametrize("kind", DEFAULTS)
def test_an_initializer_has_the_settings_that_its_source_gives(kind):
    assert {name: getattr(kind(), name) for name in DEFAULTS[kind]} == DEFAULTS[kind]


@pytest.mark.parametrize("generator", [np.random.MT19937, np.random.Philox, np.random.PCG64])
@pytest.mark.parametrize("drawn", [0, 1])
def test_a_large_fill_is_what_numpy_draws_from_any_generator_at_any_place_of_its_stream(generator, drawn):
    one, two = (np.random.Generator(generator(5)) for _ in range(2))
    for rng in (one, two):
        rng.random(drawn, dtype=np.float32)  # of 64 bits one half is kept for the next draw
    for size in (1 << 15, (1 << 15) + 3):
        found = np.empty(size, np.float32)
        fills.uniform(found, one, 0.0, 2.0)
        np.testing.assert_array_equal(found, two.random(size, dtype=np.float32) * np.float32(2))


def test_what_a_fill_may_reach_is_what_the_type_holds():
    most, out, rng = float(np.finfo(np.float32).max), np.empty(3, np.float32), np.random.default_rng(1)
    fills.uniform(out, rng, 0.0, most)
    fills.normal(out, rng, 0.0, most / 17)  # of 64 bits no number lies farther out than 16 standard deviations
    for wide in (15, 9):
        with pytest.raises(errors.SettingError, match="infinite"):
            fills.normal(out, rng, 0.0, most / wide)
