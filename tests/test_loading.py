"""Networks and files: names as a contract, and that a failed load changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import errors, files, init, nd, nn


def net(widths=(3, 2), prefix=None, in_units=4):
    result = nn.Sequential(prefix=prefix)
    result.add(*[nn.Dense(units, in_units=in_units if i == 0 else widths[i - 1]) for i, units in enumerate(widths)])
    result.initialize(init.Normal(1.0))
    return result


def values(block):
    return {path: p.data().asnumpy() for path, p in block.named_parameters()}


@pytest.fixture(params=[".safetensors", ".npz"])
def file(request, tmp_path):
    return tmp_path / f"net{request.param}"


def test_a_round_trip_restores_every_value_whatever_the_prefixes(file):
    one, other = net(prefix="a_"), net(prefix="b_")
    one.save_parameters(file)
    other.load_parameters(file)
    for path, array in values(one).items():
        np.testing.assert_array_equal(values(other)[path], array)
    assert sorted(files.load(file).arrays) == ["0.bias", "0.weight", "1.bias", "1.weight"]


def test_loading_gives_a_deferred_network_its_shapes(file):
    net().save_parameters(file)
    other = nn.Sequential()
    other.add(nn.Dense(3), nn.Dense(2))
    other.load_parameters(file)
    assert other[0].weight.shape == (3, 4) and other(nd.ones((1, 4))).shape == (1, 2)


def test_saving_before_the_shapes_are_known_writes_no_file(file):
    lazy = nn.Dense(2)
    lazy.initialize()
    with pytest.raises(errors.DeferredInitializationError):
        lazy.save_parameters(file)
    assert not file.exists()


def refused(block, file, words, **settings):
    before = values(block)
    with pytest.raises(errors.LoadError, match=words):
        block.load_parameters(file, **settings)
    for path, array in values(block).items():
        np.testing.assert_array_equal(before[path], array)


def test_a_missing_array_is_named_and_can_be_allowed(file):
    net((3,)).save_parameters(file)
    bigger = net((3, 2))
    refused(bigger, file, r"no values for 1\.weight, 1\.bias; it holds 0\.bias, 0\.weight")
    bigger.load_parameters(file, allow_missing=True)
    np.testing.assert_array_equal(bigger[0].weight.data().asnumpy(), files.load(file).arrays["0.weight"])


def test_an_extra_array_is_named_and_can_be_ignored(file):
    net((3, 2)).save_parameters(file)
    smaller = net((3,))
    refused(smaller, file, r"holds 1\.bias, 1\.weight.*no such parameter")
    smaller.load_parameters(file, ignore_extra=True)


def test_a_wrong_shape_is_named_and_nothing_is_loaded(file):
    net((3, 2)).save_parameters(file)
    refused(net((3, 5)), file, r"1\.weight cannot be loaded.*\(5, 3\).*\(2, 3\)")


def test_a_wrong_dtype_is_named_and_can_be_cast(file):
    double = net()
    double.cast("float64")
    double.save_parameters(file)
    single = net()
    refused(single, file, "float64 in the file.*cast_dtype=True")
    single.load_parameters(file, cast_dtype=True)
    assert single[0].weight.data().dtype == np.float32


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        net().load_parameters(tmp_path / "none.npz")


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_network_without_parameters_and_one_with_nan_come_back(tmp_path, suffix):
    layer, none = nn.Dense(2, in_units=2), nn.Sequential()
    tied = nn.Sequential()
    tied.add(layer, layer)
    tied.initialize(init.Constant(np.nan))
    for block in (none, tied):
        block.save_parameters(tmp_path / f"a{suffix}")
        block.load_parameters(tmp_path / f"a{suffix}")
    assert np.isnan(layer.weight.data().asnumpy()).all()


def test_an_empty_array_in_the_file_is_refused_before_anything_is_loaded(file):
    waiting = nn.Sequential()
    waiting.add(nn.Dense(2, in_units=2), nn.Dense(3))
    waiting.initialize(init.One())
    shapes = {"0.weight": (2, 2), "0.bias": (2,), "1.weight": (3, 0), "1.bias": (3,)}
    files.save(file, {path: np.zeros(shape, np.float32) for path, shape in shapes.items()})
    with pytest.raises(errors.LoadError, match=r"1\.weight.*empty.*Nothing was loaded"):
        waiting.load_parameters(file)
    assert (waiting[0].weight.data() == 1).all() and waiting[1].weight.state == "deferred"


def test_two_parameters_of_one_path_are_not_saved_over_each_other(file):
    block = nn.Block(prefix="b_")
    block.bias = block.params.get("weight", shape=(1,))
    block.params.get("bias", shape=(1,))
    block.initialize()
    with pytest.raises(errors.NameConflictError, match="b_weight and b_bias.*path bias.*Nothing was written"):
        block.save_parameters(file)
    assert not file.exists()


def test_arrays_of_the_other_byte_order_are_the_same_numbers(tmp_path):
    np.savez(tmp_path / "big.npz", weight=np.ones((3, 4), ">f4"), bias=np.ones(3, ">f4"))
    layer = nn.Dense(3, in_units=4)
    layer.load_parameters(tmp_path / "big.npz")
    assert (layer.weight.data() == 1).all() and layer.weight.data().dtype.isnative
