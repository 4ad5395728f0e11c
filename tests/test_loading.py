"""Networks and files: names as a contract, and that a failed load changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy

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
    refused(bigger, file, r"missing +2 +1\.weight; 1\.bias\n(?s:.*)allow_missing=True")
    bigger.load_parameters(file, allow_missing=True)
    np.testing.assert_array_equal(bigger[0].weight.data().asnumpy(), files.load(file).arrays["0.weight"])


def test_an_extra_array_is_named_and_can_be_ignored(file):
    net((3, 2)).save_parameters(file)
    smaller = net((3,))
    refused(smaller, file, r"extra +2 +1\.bias; 1\.weight\n(?s:.*)ignore_extra=True")
    smaller.load_parameters(file, ignore_extra=True)


def test_a_wrong_shape_is_named_and_nothing_is_loaded(file):
    net((3, 2)).save_parameters(file)
    refused(net((3, 5)), file, r"mismatched +2 +1\.weight \(2, 3\) in the file, \(5, 3\) here")


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
    with pytest.raises(errors.LoadError, match=r"nothing was loaded:\n(?s:.*)1\.weight \(3, 0\) in"):
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


# ---- what fits, and the report


def test_what_fits_is_loaded_and_the_report_says_what_is_not(file):
    net((3, 2)).save_parameters(file)
    other = net((3, 5, 4))
    before, theirs = values(other), files.load(file).arrays
    report = other.load_parameters(file, only_matching=True)
    assert report.loaded == ("0.weight", "0.bias") and report.missing == ("2.weight", "2.bias")
    assert report.extra == () and report.mismatched == (("1.weight", (2, 3), (5, 3)), ("1.bias", (2,), (5,)))
    for path, array in values(other).items():
        np.testing.assert_array_equal(array, theirs[path] if path in report.loaded else before[path])


def test_a_report_prints_names_and_shapes(file):
    files.save(file, {"0.weight": np.zeros((3, 9), np.float32), "0.bias": np.zeros(3, np.float32), "x": np.ones(1)})
    assert repr(net((3, 2)).load_parameters(file, only_matching=True)).splitlines() == [
        file.name,
        "  loaded         1   0.bias",
        "  missing        2   1.weight; 1.bias",
        "  extra          1   x",
        "  mismatched     1   0.weight (3, 9) in the file, (3, 4) here",
    ]


def test_a_load_of_everything_reports_everything_and_flags_change_nothing(file):
    one = net()
    one.save_parameters(file)
    for flags in ({}, {"only_matching": True}, {"allow_missing": True, "ignore_extra": True}):
        report = one.load_parameters(file, **flags)
        assert report.loaded == ("0.weight", "0.bias", "1.weight", "1.bias")
        assert report.missing == report.extra == report.mismatched == ()


@pytest.mark.parametrize("flags", [{"only_matching": True}, {"allow_missing": True, "ignore_extra": True}])
def test_loading_nothing_is_an_error_whatever_is_allowed(file, flags):
    files.save(file, {"model.0.weight": np.zeros((3, 4), np.float32)})
    refused(net(), file, r"missing +4 (?s:.*)model\.0\.weight\n(?s:.*)no flag allows that", **flags)
    refused(nn.Sequential(), file, r"extra +1 +model\.0\.weight", **flags)
    files.save(file, {})
    refused(net(), file, r"missing +4", **flags)


def test_a_deferred_parameter_is_unchanged_by_a_load_that_is_refused(file):
    net((3, 2)).save_parameters(file)
    waiting = nn.Sequential()
    waiting.add(nn.Dense(3), nn.Dense(7))
    waiting.initialize()
    refused(nn.Sequential(), file, "extra")
    with pytest.raises(errors.LoadError, match=r"1\.weight \(2, 3\) in the file, \(7, 0\) here"):
        waiting.load_parameters(file)
    assert [p.shape for p in waiting.collect_params().values()] == [(3, 0), (3,), (7, 0), (7,)]
    assert waiting.load_parameters(file, only_matching=True).loaded == ("0.weight", "0.bias")


# ---- casts: everything is computed before anything is written


def mixed(large):
    """Return arrays for `net()` of which the last cannot become float32 in silence if it is `large`."""
    arrays = {path: np.ones(array.shape, np.float64) for path, array in values(net()).items()}
    arrays["1.bias"] = np.array([1, large])
    return arrays


@pytest.mark.parametrize("strictness", ["plain", "errors", "ignore"])
def test_a_value_beyond_the_dtype_is_named_and_nothing_is_loaded(file, strictness):
    files.save(file, mixed(1e300))
    with np.errstate(all={"plain": "warn", "errors": "raise", "ignore": "ignore"}[strictness]):
        refused(net(), file, r"1\.bias .*float32 cannot hold 1e\+300", cast_dtype=True)


@pytest.mark.parametrize("number", [1e-300, np.inf, np.nan, 1e30])
def test_rounding_infinity_and_nan_are_cast_without_a_word(file, number):
    files.save(file, mixed(number))
    with np.errstate(all="raise"):
        one = net()
        one.load_parameters(file, cast_dtype=True)
    np.testing.assert_array_equal(one[1].bias.data().asnumpy(), np.array([1, number], np.float64).astype(np.float32))


@pytest.mark.parametrize(
    ("dtype", "number"),
    [("int8", 300), ("int8", 1.7), ("int64", np.nan), ("int64", 2.0**63), ("uint8", -1), ("float16", 100_000)],
)
def test_a_cast_rounds_but_never_makes_another_number(file, dtype, number):
    block = nn.Block()
    block.p = block.params.get("p", shape=(2,), dtype=dtype, init="zeros")
    block.initialize()
    files.save(file, {"p": np.array([0, number])})
    refused(block, file, "cannot hold", cast_dtype=True)
    files.save(file, {"p": np.array([0, 7.0])})
    block.load_parameters(file, cast_dtype=True)
    assert block.p.data().asnumpy().tolist() == [0, 7] and block.p.dtype == dtype


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64", "int64", "float16"])
def test_a_parameter_of_any_dtype_comes_back(file, dtype):
    block, twin = nn.Block(), nn.Block()
    for each in (block, twin):
        each.p = each.params.get("p", shape=(2,), dtype=dtype)
    block.p.set_data(np.array([0, np.iinfo(dtype).max if "int" in dtype else 65504], dtype))
    block.save_parameters(file)
    twin.load_parameters(file)
    np.testing.assert_array_equal(twin.p.data().asnumpy(), block.p.data().asnumpy(), strict=True)


# ---- files of other programs


def test_a_file_of_bfloat16_loads_into_a_float32_network(tmp_path):
    codes = np.full((3, 4), 0x3FC0, "<u2")
    spec = safetensors.TensorSpec(dtype="bfloat16", shape=[3, 4], data_ptr=codes.ctypes.data, data_len=codes.nbytes)
    (tmp_path / "a.safetensors").write_bytes(safetensors.serialize({"weight": spec}))
    layer = nn.Dense(3, in_units=4, use_bias=False)
    layer.load_parameters(tmp_path / "a.safetensors")
    assert (layer.weight.data() == 1.5).all()


def tied_by_torch(path):
    """Write what ``safetensors.torch.save_model`` writes for tied layers: one array, the other name in the metadata."""
    arrays = {"0.weight": np.arange(4, dtype=np.float32).reshape(2, 2)}
    safetensors.numpy.save_file(arrays, path, metadata={"1.weight": "0.weight", "format": "pt"})
    return path


def square(tied):
    result = nn.Sequential()
    first = nn.Dense(2, in_units=2, use_bias=False)
    result.add(first, nn.Dense(2, in_units=2, use_bias=False, params=first.params if tied else None))
    return result


@pytest.mark.parametrize("tied", [True, False])
def test_a_tie_noted_by_torch_is_read_with_and_without_the_tie(tmp_path, tied):
    block = square(tied)
    report = block.load_parameters(tied_by_torch(tmp_path / "a.safetensors"))
    assert block[1].weight.data().asnumpy().tolist() == [[0, 1], [2, 3]] and report.extra == ()
    assert (block[0].weight is block[1].weight) is tied


def test_other_notes_that_happen_to_name_an_array_are_no_parameters(tmp_path):
    arrays = {"weight": np.ones((2, 2), np.float32)}
    files.save(tmp_path / "a.npz", arrays, metadata={"largest": "weight"})
    report = nn.Dense(2, in_units=2, use_bias=False).load_parameters(tmp_path / "a.npz")
    assert report.loaded == ("weight",) and report.extra == ()


# ---- messages


def test_no_message_is_as_long_as_a_file_or_a_network(tmp_path):
    file, wide = tmp_path / "a.safetensors", nn.Sequential()
    safetensors.numpy.save_file({f"{i}{'n' * 10**4}": np.ones(1, np.float32) for i in range(500)}, file)
    wide.add(*[nn.Dense(1, in_units=1) for _ in range(500)])
    for flags in ({}, {"allow_missing": True}, {"only_matching": True}):
        with pytest.raises(errors.LoadError) as caught:
            wide.load_parameters(file, **flags)
        assert len(str(caught.value)) < 2000
    long = nn.Dense(1, in_units=1, prefix="p" * 10**5)
    files.save(file, {"weight": np.ones((1, 1)), "bias": np.ones(1)})
    with pytest.raises(errors.LoadError, match="cast_dtype=True") as caught:
        long.load_parameters(file)
    assert len(str(caught.value)) < 1000
