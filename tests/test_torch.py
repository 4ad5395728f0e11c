"""The same computations in PyTorch, where it is installed: values, gradients, steps, ties, initial scales."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from d2lparams import Trainer, autograd, init, loss, nd, nn, ops
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
