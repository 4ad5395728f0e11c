"""Which initializer numbers came from, what a file of weights is like, and how far two files are from each other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from d2lparams import Trainer, autograd, errors, files, findings, init, loss, nd, nn, opened, origins, random, real

RNG = np.random.default_rng(5)


def drawn(initializer, shape, seed):
    """Return a weight as a layer gets it."""
    random.seed(seed)
    parameter = nn.Parameter("weight", shape=shape, init=initializer)
    parameter.initialize()
    return parameter.data().asnumpy()


KNOWN = {
    "N(0, 0.01)": (init.Normal(0.01), "normal", 0.01, "sigma 0.01"),
    "N(0, 0.02)": (init.Normal(0.02), "normal", 0.02, "sigma 0.02"),
    "U(0.07)": (init.Uniform(0.07), "uniform", 0.07, "bound 0.07"),
    "Xavier": (init.Xavier(), "uniform", math.sqrt(6 / 160), "Xavier"),
    "He": (init.He(), "normal", math.sqrt(2 / 64), "He, fan-in"),
    "LeCun": (init.LeCun(), None, None, "LeCun"),
    "truncated": (init.TruncatedNormal(sigma=0.05), "truncated", 0.05, "sigma 0.05"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_fresh_tensor_is_known_by_its_family_its_scale_and_its_rule(name):
    initializer, family, scale, rule = KNOWN[name]
    for seed in range(10):  # of a thousand such tensors three fail by bad luck
        found = origins.origin(drawn(initializer, (96, 64), seed), (96, 64))
        assert found is not None and found.sure and rule in found.rules, (seed, found)
        assert family in (None, found.family) and (scale is None or found.scale == pytest.approx(scale, rel=0.03))


def test_of_a_thousand_fresh_tensors_at_most_some_fail():
    """By chance 3 in 1,000 do; that more than 9 of 600 do happens once in 30,000 runs."""
    failed = 0
    for _ in range(200):
        for draw in (RNG.normal(0, 0.05, (48, 40)), RNG.uniform(-0.05, 0.05, (48, 40)), RNG.normal(0, 1, 1500)):
            failed += origins.origin(draw.astype(np.float32), draw.shape) is None
    assert failed <= 9


@pytest.mark.parametrize("dtype", [np.float16, "bf16"])
def test_numbers_kept_with_few_bits_are_known_too(dtype):
    draw = RNG.normal(0, 0.02, (256, 256)).astype(np.float32)
    if dtype == "bf16":
        draw = ((draw.view(np.uint32) + 0x8000) & 0xFFFF0000).view(np.float32)
        assert origins.precision_of(draw) == 8
    else:
        draw = draw.astype(dtype)
    found = origins.origin(draw, draw.shape)
    assert found is not None and found.sure and found.rules == ("sigma 0.02",)


def test_real_trained_weights_are_not_taken_for_fresh_ones():
    for name in ("lande", "bart", "silero"):
        for array in real.weights(name).values():
            if array.dtype.kind == "f":
                found = origins.origin(array.reshape(len(array), -1) if array.ndim > 1 else array, array.shape)
                assert found is None or not found.sure


def trained(seed, start, steps):
    """Return the weights of a network on the digits after so many steps."""
    images, labels = real.digits()
    nd.random.seed(seed)
    net = nn.Sequential()
    net.add(nn.Dense(128, "relu", in_units=64), nn.Dense(128, "relu", in_units=128), nn.Dense(10, in_units=128))
    net.initialize(start)
    trainer, measure = Trainer(net.collect_params(), "sgd", {"learning_rate": 0.3}), loss.SoftmaxCrossEntropyLoss()
    for step in range(steps):
        some = np.arange(64 * step, 64 * (step + 1)) % 1200
        with autograd.record():
            value = measure(net(nd.array(images[some].reshape(-1, 64))), nd.array(labels[some]))
        value.backward()
        trainer.step(64)
    return [layer.weight.data().asnumpy() for layer in net]


@pytest.mark.parametrize("start", ["xavier", "he"])
def test_a_short_training_that_the_eye_does_not_see_is_found(start):
    for seed in range(3):
        for before, after in zip(trained(seed, start, 0), trained(seed, start, 120), strict=True):
            fresh, moved = (origins.origin(weight, weight.shape) for weight in (before, after))
            assert fresh is not None and fresh.sure
            assert moved is None or not moved.sure


def test_what_is_not_random_has_its_own_names_and_few_numbers_none():
    assert origins.origin(np.zeros(10), (10,)).family == "constant"
    assert origins.origin(np.full((4, 4), 2.5), (4, 4)).scale == 2.5
    square = np.linalg.qr(RNG.normal(size=(64, 64)))[0].astype(np.float32)
    assert origins.origin(square * 3, (64, 64)).family == "orthogonal"
    assert origins.origin(square * 3, (64, 64)).scale == pytest.approx(3, rel=1e-4)
    assert origins.origin(RNG.normal(size=20), (20,)) is None
    assert origins.origin(np.array([1.0, np.nan] * 50), (100,)) is None
    assert origins.origin(RNG.normal(0.3, 1, 5000), (5000,)) is None  # the mean is not 0
    tiny = origins.origin(RNG.normal(0, 1e-200, (64, 64)), (64, 64))
    assert tiny.family == "normal" and tiny.scale == pytest.approx(1e-200, rel=0.05) and not tiny.rules
    assert not origins.origin(RNG.normal(size=100), (100,)).sure


def test_one_strong_direction_or_unequal_rows_are_found_in_a_matrix_that_looks_normal():
    matrix = RNG.normal(size=(100, 100))
    direction = np.outer(RNG.normal(size=100), RNG.normal(size=100)) * 0.25
    assert origins.origin(matrix, (100, 100)) is not None
    assert origins.origin(matrix + direction, (100, 100)) is None
    assert origins.origin(matrix * np.linspace(0.7, 1.3, 100)[:, None], (100, 100)) is None


@pytest.fixture
def file(tmp_path):
    """Return a file with a bit of everything."""
    fresh = RNG.normal(0, 0.02, (64, 32)).astype(np.float32)
    table = RNG.normal(0, 1.3, (90, 64)).astype(np.float32) * np.linspace(1, 2, 90, dtype=np.float32)[:, None]
    table[70:] = RNG.normal(0, 0.02, (20, 64))
    dead = fresh.copy()
    dead[[3, 5]] = 0
    broken = fresh.copy()
    broken[1, 1], broken[2, 2] = np.nan, np.inf
    arrays = {
        "fresh": fresh, "copy": fresh.copy(), "table": table, "dead": dead, "broken": broken,
        "zeros": np.zeros(100, np.float32), "more.zeros": np.zeros(100, np.float32), "count": np.arange(7),
        "none": np.zeros((0, 4), np.float32),
        "layer.weight": RNG.uniform(-0.05, 0.05, (1200, 400)).astype(np.float32),
        "layer.bias": RNG.uniform(-0.05, 0.05, 1200).astype(np.float32),
    }  # fmt: skip
    files.save(tmp_path / "net.safetensors", arrays, aliases={"tied": "fresh"})
    return opened.look(tmp_path / "net.safetensors")


def test_a_file_is_described_tensor_by_tensor(file):
    found = {name: findings.examine(file, name) for name in file.places}
    assert found["fresh"].origin.rules == ("sigma 0.02",) and found["fresh"].whole
    assert found["dead"].dead == (3, 5) and found["dead"].origin is None
    assert (found["broken"].nan, found["broken"].infinite) == (1, 1) and found["broken"].stats.size == 64 * 32 - 2
    assert set(range(70, 90)) <= set(found["table"].untouched) and len(found["table"].untouched) < 23
    assert found["zeros"].origin.family == "constant" and found["zeros"].dead == ()
    assert found["count"].origin is None and found["none"].stats is None
    assert "PyTorch's default of a layer" in found["layer.weight"].origin.rules and not found["layer.weight"].whole
    assert found["layer.bias"].origin.rules[-1].startswith("PyTorch's default, by the fan-in")
    assert findings.totals(file)[1] - findings.totals(file)[0] == 64 * 32
    assert findings.equals(file) == [("copy", "fresh")]


def test_a_real_table_has_rows_that_no_word_reached():
    file = opened.look(real.FOLDER / "bart.safetensors")
    for name in file.places:
        found = findings.examine(file, name)
        lengths = np.linalg.norm(file.read(name), axis=1)
        assert all(0.19 < lengths[row] < 0.26 for row in found.untouched)
        assert bool(found.untouched) == ("positions" in name)


def test_two_files_are_compared_by_name(tmp_path, monkeypatch):
    first = {"a": RNG.normal(size=(500, 400)), "b": np.ones(5), "c": np.zeros(3), "d": np.ones(4), "gone": np.ones(2)}
    second = {"a": first["a"].copy(), "b": np.full(5, 1.1), "c": np.zeros(3), "d": np.ones(5), "new": np.ones(2)}
    files.save(tmp_path / "1.safetensors", first)
    unread = next(row for row in range(500) if row not in opened.look(tmp_path / "1.safetensors").sample("a").rows)
    second["a"][unread, 9] += 1  # one number of 200,000, which a sample does not show
    files.save(tmp_path / "2.npz", second)
    one, two = opened.look(tmp_path / "1.safetensors"), opened.look(tmp_path / "2.npz")
    pair = findings.moves(one, two)
    assert (pair.missing, pair.extra, pair.mismatched) == (("gone",), ("new",), ("d",))
    far = {move.name: move for move in pair.moves}
    assert far["c"].frozen and not far["a"].frozen and not far["b"].frozen
    assert far["b"].far == pytest.approx(0.1) and far["b"].changed == 1
    assert all(move.frozen and move.count == move.size for move in findings.moves(one, one).moves)
    monkeypatch.setattr(opened, "PROOF", 1000)
    monkeypatch.setattr(findings, "PROOF", 1000)
    by_sample = {move.name: move for move in findings.moves(one, two).moves}
    assert by_sample["a"].frozen and by_sample["a"].count < by_sample["a"].size  # and the figure says so
    files.save(tmp_path / "3.npz", {"other": np.ones(3)})
    with pytest.raises(errors.UnknownNameError, match="No tensor is in both"):
        findings.moves(one, opened.look(tmp_path / "3.npz"))


def test_differences_are_measured_whatever_the_size_of_the_numbers(tmp_path):
    files.save(
        tmp_path / "1.npz",
        {"tiny": np.full(4, 1e-200), "huge": np.full(4, 1e300), "zero": np.zeros(2), "nan": np.full(2, np.nan)},
    )
    files.save(
        tmp_path / "2.npz",
        {"tiny": np.full(4, 2e-200), "huge": np.full(4, -1e300), "zero": np.ones(2), "nan": np.ones(2)},
    )
    pair = findings.moves(opened.look(tmp_path / "1.npz"), opened.look(tmp_path / "2.npz"))
    far = {move.name: move.far for move in pair.moves}
    assert far["tiny"] == pytest.approx(1) and far["huge"] == pytest.approx(2)
    assert far["zero"] == math.inf and math.isnan(far["nan"])
