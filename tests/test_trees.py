"""Random networks through all that happens to networks: who is whom stays, and values stay to the bit."""

from __future__ import annotations

import contextlib
import copy
import pickle

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from trees import WIDTH, build, conflict, partition, ready, recipes, values

from d2lparams import autograd, errors, files, init, nd

FILES = st.sampled_from([".safetensors", ".npz"])


def unlike(recipe):
    """Return the network of a recipe, if all its parameters have names of their own."""
    block, paths = build(recipe)
    assume(conflict(paths) is None)
    return block, paths


@given(recipe=recipes())
def test_paths_lead_to_the_parameters_that_were_built_in_in_their_order(recipe):
    block, paths = build(recipe)
    assert [(path, id(p)) for path, p in block.named_parameters()] == [(path, id(p)) for path, p in paths]
    assert block.tied_groups() == [group for group in partition(paths) if len(group) > 1]


@given(recipe=recipes())
def test_collecting_gives_each_parameter_once_or_names_both_paths_of_a_name(recipe):
    block, paths = build(recipe)
    if both := conflict(paths):
        with pytest.raises(errors.NameConflictError) as caught:
            block.collect_params()
        assert all(path in str(caught.value) for path in both)
        return
    collected = block.collect_params()
    assert set(collected.values()) == {p for _, p in paths} and len(collected) == len(partition(paths))
    assert all(name == p.name for name, p in collected.items())
    assert list(block.collect_params()) == list(collected)
    assert list(block.collect_params(".*weight")) == [name for name in collected if name.endswith("weight")]


@given(recipe=recipes(), seed=st.integers(0, 99))
def test_a_seed_gives_the_same_values_whenever_shapes_become_known(recipe, seed):
    unlike(recipe)
    early = ready(recipe, seed)
    assert values(ready(recipe, seed)) == values(early)
    told, _ = build(told_widths(recipe))
    nd.random.seed(seed)
    told.initialize(init.Normal(0.5))
    assert values(told) == values(early)


def told_widths(recipe):
    return [piece._replace(kind="dense") if piece.kind == "deferred" else piece for piece in recipe]


@given(recipe=recipes(), suffix=FILES)
def test_saving_and_loading_keep_values_and_who_is_whom(tmp_path_factory, recipe, suffix):
    _, paths = unlike(recipe)
    block, file = ready(recipe, 1), tmp_path_factory.getbasetemp() / f"tree{suffix}"
    block.save_parameters(file)
    saved, groups = files.load(file), partition(paths)
    assert sorted(saved.arrays) == sorted(group[0] for group in groups)
    assert saved.aliases == {path: group[0] for group in groups for path in group[1:]}
    twin, twin_paths = build(recipe)
    twin.load_parameters(file)
    assert values(twin) == values(block) and partition(twin_paths) == groups


@given(recipe=recipes(), suffix=FILES, place=st.integers(0, 99))
def test_a_load_that_fails_changes_nothing(tmp_path_factory, recipe, suffix, place):
    _, paths = unlike(recipe)
    assume(paths)
    file = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    ready(recipe, 1).save_parameters(file)
    saved = files.load(file)
    wrong = sorted(saved.arrays)[place % len(saved.arrays)]
    files.save(file, {**saved.arrays, wrong: np.zeros((5, 7, 1), np.float32)}, saved.aliases)
    other = ready(recipe, 2)
    before = values(other)
    with pytest.raises(errors.LoadError):
        other.load_parameters(file)
    assert values(other) == before


@given(recipe=recipes(), way=st.sampled_from(["deepcopy", "pickle"]), late=st.booleans())
def test_copies_keep_values_and_who_is_whom_and_share_nothing(recipe, way, late):
    _, paths = unlike(recipe)
    block = build(recipe)[0] if late else ready(recipe, 3)
    if late:
        block.initialize(init.Normal(0.5))
    twin = copy.deepcopy(block) if way == "deepcopy" else pickle.loads(pickle.dumps(block))
    before = values(block)
    assert values(twin) == before and partition(list(twin.named_parameters())) == partition(paths)
    assert not {p for _, p in twin.named_parameters()} & {p for _, p in block.named_parameters()}
    for p in twin.collect_params().values():
        if p.state == "ready":
            p.data()[...] = 7
    assert values(block) == before


@given(recipe=recipes(), dtype=st.sampled_from(["float16", "float64"]))
def test_casting_rounds_every_parameter_once_and_keeps_who_is_whom(recipe, dtype):
    _, paths = unlike(recipe)
    block = ready(recipe, 4)
    before = {path: p.data().asnumpy() for path, p in block.named_parameters()}
    assert block.cast(dtype) is block
    for path, p in block.named_parameters():
        assert p.dtype == p.data().dtype == dtype
        np.testing.assert_array_equal(p.data().asnumpy(), before[path].astype(dtype))
    assert partition(list(block.named_parameters())) == partition(paths)
    assert block(nd.ones((2, WIDTH), dtype)).dtype == dtype


class Failing(init.Initializer):
    """Fill with ones, and fail at the call number `left`."""

    def __init__(self, left):
        self.left = left

    def _init_weight(self, name, data):
        self.left -= 1
        if self.left < 0:
            raise errors.InitializerError(f"Not {name}.")
        data[:] = 1


@given(recipe=recipes(), left=st.integers(0, 5))
def test_an_initializer_that_fails_leaves_every_parameter_as_it_was(recipe, left):
    unlike(recipe)
    for block in (build(recipe)[0], ready(recipe, 5)):
        before = values(block)
        try:
            block.initialize(Failing(left), force_reinit=True)
        except errors.InitializerError:
            assert values(block) == before


@given(recipe=recipes())
def test_gradients_are_those_of_finite_differences_whatever_is_shared(recipe):
    unlike(recipe)
    block, rng = ready(recipe, 6).cast("float64"), np.random.default_rng(0)
    x = nd.array(rng.standard_normal((2, WIDTH)), "float64")
    trained = [p for p in block.collect_params().values() if p.grad_req != "null"]
    starts = [p.data().asnumpy() for p in trained]
    directions = [rng.standard_normal(start.shape) for start in starts]

    def total(step=0.0):
        for p, start, direction in zip(trained, starts, directions, strict=True):
            p.set_data(start + step * direction)
        with autograd.record(train_mode=False):
            return (block(x) * x).sum()

    with contextlib.suppress(errors.GraphError):  # where no block computes with a parameter
        total().backward()
    claimed = sum((p.grad().asnumpy() * d).sum() for p, d in zip(trained, directions, strict=True))
    measured = (total(1e-6) - total(-1e-6)).asscalar() / 2e-6
    assert claimed == pytest.approx(measured, rel=1e-5, abs=1e-5)
