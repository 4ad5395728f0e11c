"""The same computations in PyTorch, where it is installed: values, gradients, steps, ties, initial scales, files."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.torch
import torch

from d2lparams import Trainer, autograd, errors, files, init, loss, nd, nn, opened, ops
from d2lparams.parameter import Parameter

F = torch.nn.functional
RNG = np.random.default_rng(5)
X = RNG.standard_normal((6, 4))
CLASSES = np.array([0, 2, 1, 1, 0, 2])
HALVES = (RNG.random((6, 4)) > 0.5) * 1.0


def both(ours, theirs, *values):
    """Compare result and gradients of one function in both frameworks, in float64."""
    mine = [nd.array(v, "float64") for v in values]
    yours = [torch.tensor(v, requires_grad=True) for v in values]
    for a in mine:
        a.attach_grad()
    with autograd.record():
        y = ours(*mine)
    y.backward()
    z = theirs(*yours)
    z.sum().backward()
    np.testing.assert_allclose(y.asnumpy(), z.detach().numpy(), rtol=1e-9, atol=1e-12)
    for a, b in zip(mine, yours, strict=True):
        np.testing.assert_allclose(a.grad.asnumpy(), b.grad.numpy(), rtol=1e-9, atol=1e-12)


FUNCTIONS = {
    "relu": (nd.relu, torch.relu),
    "sigmoid": (nd.sigmoid, torch.sigmoid),
    "tanh": (nd.tanh, torch.tanh),
    "softrelu": (lambda x: ops.activate(x, "softrelu"), F.softplus),
    "softsign": (lambda x: ops.activate(x, "softsign"), F.softsign),
    "leaky relu": (lambda x: nd.leaky_relu(x, 0.2), lambda x: F.leaky_relu(x, 0.2)),
    "leaky relu at 0": (lambda x: nd.leaky_relu(x - x, 0.2), lambda x: F.leaky_relu(x - x, 0.2)),
    "softmax": (nd.softmax, lambda x: torch.softmax(x, -1)),
    "log softmax": (nd.log_softmax, lambda x: torch.log_softmax(x, -1)),
    "std": (lambda x: x.std(axis=1), lambda x: x.std(1, correction=0)),
    "norm": (lambda x: x.norm(), lambda x: x.norm()),
    "rows": (lambda x: x[nd.array([0, 2, 0], "int64")], lambda x: x[[0, 2, 0]]),
    "l2": (lambda x: ops.l2(x, nd.array(HALVES, "float64")), lambda x: 0.5 * ((x - torch.tensor(HALVES)) ** 2).mean(1)),
    "l1": (lambda x: ops.l1(x, nd.array(HALVES, "float64")), lambda x: (x - torch.tensor(HALVES)).abs().mean(1)),
    "cross entropy": (
        lambda x: ops.softmax_cross_entropy(x, nd.array(CLASSES)),
        lambda x: F.cross_entropy(x, torch.tensor(CLASSES), reduction="none"),
    ),
    "binary cross entropy": (
        lambda x: ops.sigmoid_cross_entropy(x, nd.array(HALVES, "float64")),
        lambda x: F.binary_cross_entropy_with_logits(x, torch.tensor(HALVES), reduction="none").mean(1),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_value_and_the_gradient_of_pytorch(name):
    both(*FUNCTIONS[name], X)


def test_dense_embedding_and_layer_norm_are_those_of_pytorch():
    w, b, g = RNG.standard_normal((3, 4)), RNG.standard_normal(3), RNG.standard_normal(4)
    both(lambda x, w, b: ops.dense(x, w, b, "tanh"), lambda x, w, b: torch.tanh(F.linear(x, w, b)), X, w, b)
    both(lambda w: ops.embedding(nd.array(CLASSES), w), lambda w: F.embedding(torch.tensor(CLASSES), w), w)
    both(lambda x, g, b: ops.layer_norm(x, g, b, 1e-5), lambda x, g, b: F.layer_norm(x, (4,), g, b, 1e-5), X, g, g + 1)
    both(lambda x: ops.layer_norm(x, None, None, 1e-5, 0), lambda x: F.layer_norm(x.T, x.shape[:1], eps=1e-5).T, X)


def twins():
    """Return one small network with a tied layer in both frameworks, with the same values."""
    net, shared = nn.Sequential(), nn.Dense(4, "tanh", in_units=4, dtype="float64")
    net.add(shared, nn.Dense(4, "tanh", in_units=4, dtype="float64", params=shared.params))
    net.add(nn.Dense(2, in_units=4, dtype="float64"))
    net.initialize(init.Normal(0.5))
    one, last = torch.nn.Linear(4, 4, dtype=torch.float64), torch.nn.Linear(4, 2, dtype=torch.float64)
    for layer, block in ((one, net[0]), (last, net[2])):
        layer.weight.data = torch.tensor(block.weight.data().asnumpy())
        layer.bias.data = torch.tensor(block.bias.data().asnumpy())
    return net, torch.nn.Sequential(one, torch.nn.Tanh(), one, torch.nn.Tanh(), last)


OPTIMIZERS = {
    "sgd": ({"learning_rate": 0.1, "wd": 0.01}, lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01)),
    "momentum": ({"learning_rate": 0.1, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "adam": ({"learning_rate": 0.01, "wd": 0.01}, lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.01)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_five_steps_of_training_a_tied_network_end_at_the_same_values(name):
    net, model = twins()
    settings, optimizer = OPTIMIZERS[name]
    trainer = Trainer(net.collect_params(), "adam" if name == "adam" else "sgd", settings)
    other, measure = optimizer(model.parameters()), loss.SoftmaxCrossEntropyLoss()
    x, t = nd.array(X, "float64"), CLASSES % 2
    for _ in range(5):
        with autograd.record():
            value = measure(net(x), nd.array(t))
        value.backward()
        trainer.step(len(X))
        other.zero_grad()
        F.cross_entropy(model(torch.tensor(X)), torch.tensor(t)).backward()
        other.step()
    for parameter, theirs in zip(net.collect_params().values(), model.parameters(), strict=True):
        np.testing.assert_allclose(parameter.data().asnumpy(), theirs.detach().numpy(), rtol=1e-8)


SCALES = {
    "xavier uniform": (init.Xavier(), torch.nn.init.xavier_uniform_),
    "xavier normal": (init.Xavier("gaussian", magnitude=1.0), torch.nn.init.xavier_normal_),
    "he": (init.He(), lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu")),
    "leaky he": (init.He(slope=0.25), lambda w: torch.nn.init.kaiming_normal_(w, a=0.25)),
    "truncated": (init.TruncatedNormal(sigma=0.1), lambda w: torch.nn.init.trunc_normal_(w, 0, 0.1, -0.2, 0.2)),
    "orthogonal": (init.Orthogonal(1.0), torch.nn.init.orthogonal_),
}


@pytest.mark.parametrize("name", SCALES)
def test_initial_weights_have_the_spread_of_pytorchs(name):
    """Both estimates have a relative error of at most 0.7 / sqrt(120,000); the bound is more than seven of them."""
    ours, theirs = SCALES[name]
    parameter, tensor = Parameter("w_weight", (400, 300)), torch.empty(400, 300)
    nd.random.seed(1)
    torch.manual_seed(1)
    parameter.initialize(ours)
    theirs(tensor)
    assert parameter.data().asnumpy().std() == pytest.approx(float(tensor.std()), rel=0.015)


# ---- files


def perceptrons():
    """Return one small network in both frameworks, whose tensors have the same names and other values."""
    net = nn.Sequential()
    net.add(nn.Dense(8, in_units=4), nn.Activation("tanh"), nn.Dense(3, in_units=8))
    net.initialize(init.Normal(0.5))
    return net, torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))


def test_a_state_dict_saved_by_pytorch_gives_the_same_outputs(tmp_path):
    net, model = perceptrons()
    safetensors.torch.save_file(model.state_dict(), tmp_path / "a.safetensors", metadata={"format": "pt"})
    report = net.load_parameters(tmp_path / "a.safetensors")
    assert set(report.loaded) == set(model.state_dict()) and not report.missing + report.extra + report.mismatched
    theirs = model(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(net(nd.array(X, "float32")).asnumpy(), theirs, atol=1e-5)


def test_pytorch_loads_what_was_saved_here_and_gives_the_same_outputs(tmp_path):
    net, model = perceptrons()
    net.save_parameters(tmp_path / "a.safetensors")
    model.load_state_dict(safetensors.torch.load_file(tmp_path / "a.safetensors"))  # strict: every name is there
    theirs = model(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(net(nd.array(X, "float32")).asnumpy(), theirs, atol=1e-5)


@pytest.mark.parametrize(("theirs", "ours"), [("bfloat16", "float32"), ("float16", "float16"), ("float64", "float64")])
def test_other_types_of_pytorch_arrive_with_their_values(tmp_path, theirs, ours):
    layer = torch.nn.Linear(4, 3, dtype=getattr(torch, theirs))
    safetensors.torch.save_file(layer.state_dict(), tmp_path / "a.safetensors")
    mine = nn.Dense(3, in_units=4, dtype=ours)
    mine.load_parameters(tmp_path / "a.safetensors")
    np.testing.assert_array_equal(mine.weight.data().asnumpy(), layer.weight.detach().to(getattr(torch, ours)).numpy())


def pair():
    """Return two layers with one weight in both frameworks, the second without a bias."""
    first, net = nn.Dense(4, in_units=4), nn.Sequential()
    net.add(first, nn.Dense(4, in_units=4, use_bias=False, params=first.params))
    net.initialize(init.Normal(0.5))
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4, bias=False))
    model[1].weight = model[0].weight
    return net, model


def test_a_tie_of_pytorch_has_two_names_that_its_files_hold_as_one(tmp_path):
    net, model = pair()
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias"]
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight"]
    with pytest.raises(RuntimeError, match="share memory"):
        safetensors.torch.save_file(model.state_dict(), tmp_path / "a.safetensors")
    safetensors.torch.save_model(model, str(tmp_path / "a.safetensors"))
    saved = files.load(tmp_path / "a.safetensors")
    assert sorted(saved.arrays) == ["0.bias", "0.weight"] and saved.metadata["1.weight"] == "0.weight"
    net.load_parameters(tmp_path / "a.safetensors")
    theirs = model(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(net(nd.array(X, "float32")).asnumpy(), theirs, atol=1e-5)


def test_a_tie_of_ours_goes_to_pytorch_where_its_model_is_tied_as_well(tmp_path):
    net, model = pair()
    net.save_parameters(tmp_path / "a.safetensors")
    with pytest.raises(RuntimeError, match=r"Missing key.*1\.weight"):
        model.load_state_dict(safetensors.torch.load_file(tmp_path / "a.safetensors"))
    assert safetensors.torch.load_model(model, str(tmp_path / "a.safetensors")) == (set(), [])
    assert model[1].weight is model[0].weight
    theirs = model(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(net(nd.array(X, "float32")).asnumpy(), theirs, atol=1e-5)


def test_an_untied_model_of_pytorch_does_not_load_into_a_tie(tmp_path):
    net, _ = pair()
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4, bias=False))
    safetensors.torch.save_file(model.state_dict(), tmp_path / "a.safetensors")
    with pytest.raises(errors.LoadError, match=r"ties 0\.weight and 1\.weight"):
        net.load_parameters(tmp_path / "a.safetensors")


def test_a_file_of_pytorch_opens_by_its_header(tmp_path):
    layer = torch.nn.Linear(30, 20).to(torch.bfloat16)
    safetensors.torch.save_file(layer.state_dict(), tmp_path / "net.safetensors")
    file = opened.look(tmp_path / "net.safetensors")
    assert file.place("weight").dtype == "BF16"
    np.testing.assert_array_equal(file.read("weight"), layer.weight.detach().float().numpy())


# ---- what the chapter on freezing says of PyTorch

LATE = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.1),
}


@pytest.mark.parametrize("name", LATE)
def test_a_weight_of_pytorch_that_is_frozen_late_moves_until_its_gradient_is_gone(name):
    layer = torch.nn.Linear(4, 2)
    optimizer = LATE[name](layer.parameters())
    layer(torch.ones(3, 4)).sum().backward()
    layer.weight.requires_grad_(False)
    for _ in range(2):
        before = layer.weight.clone()
        optimizer.step()
        assert not torch.equal(layer.weight, before)
    optimizer.zero_grad()
    before = layer.weight.clone()
    optimizer.step()
    assert torch.equal(layer.weight, before)


def test_a_learning_rate_of_zero_stops_pytorchs_sgd_at_once_while_its_momentum_collects():
    weight = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
    moves = []
    for rate in (0.1, 0.0, 0.0):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        (2 * weight).sum().backward()
        before = weight.item()
        optimizer.step()
        moves.append(weight.item() - before)
    assert moves[0] != 0 and moves[1:] == [0, 0]
    assert optimizer.state[weight]["momentum_buffer"].item() == pytest.approx(2 * (1 + 0.9 + 0.81))
