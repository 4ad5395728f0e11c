"""Whatever stands in an argument of a block, a parameter, an initializer or a trainer works, or it is a lesson.

A lesson is an error of this package, of a length that can be read.
"""

from __future__ import annotations

import numpy as np
import pytest

from d2lparams import Trainer, errors, init, loss, nd, nn
from d2lparams.parameter import Parameter


class Silent:
    """A reader's own object that cannot even write itself."""

    def __repr__(self):
        raise RuntimeError("no")


NASTY = {
    "None": None, "truth": True, "zero": 0, "negative": -1, "fraction": 2.5, "nan": float("nan"), "inf": float("inf"),
    "beyond float": 10**400, "beyond its repr": 10**5000, "beyond memory": 2**70, "word": "bogus", "no word": "",
    "NUL": "a\0b", "surrogate": "\ud800", "megabyte": "x" * 1_000_000, "bytes": b"x", "list": [1, 2], "nothing": [],
    "ragged": [[1], [1, 2]], "dict": {"a": 1}, "complex": 1j, "array": np.ones(3), "array of ours": nd.ones((2, 2)),
    "object": object(), "silent": Silent(), "class": int, "function": len, "slice": slice(1, "a"), "set": {1},
}  # fmt: skip


def ready():
    p = Parameter("w_weight", (2,))
    p.initialize()
    return p


def network():
    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2))
    net.initialize()
    return net


def trainer():
    return Trainer(network().collect_params())


CALLS = {
    "Parameter.name": lambda v: Parameter(v),
    "Parameter.shape": lambda v: Parameter("w", v),
    "Parameter.dtype": lambda v: Parameter("w", (1,), v),
    "Parameter.init": lambda v: Parameter("w", (1,), init=v),
    "Parameter.grad_req": lambda v: Parameter("w", (1,), grad_req=v),
    "Parameter.lr_mult": lambda v: Parameter("w", (1,), lr_mult=v),
    "Parameter.role": lambda v: Parameter("w", (1,), role=v),
    "Parameter.initialize": lambda v: ready().initialize(v, force_reinit=True),
    "Parameter.set_data": lambda v: ready().set_data(v),
    "Parameter.cast": lambda v: ready().cast(v),
    "Parameter.setattr role": lambda v: setattr(ready(), "role", v),
    "Parameter.setattr shape": lambda v: setattr(ready(), "shape", v),
    "Parameter.setattr other": lambda v: setattr(ready(), "requires_grad", v),
    "Parameter.complete_shape": lambda v: Parameter("w_weight", (2, 0)).complete_shape((2, 3)),
    "Constant.name": lambda v: nn.Constant(v, 1.0),
    "Constant.value": lambda v: nn.Constant("c", v).initialize(),
    "Constant.dtype": lambda v: nn.Constant("c", 1.0, v),
    "ParameterDict.prefix": lambda v: nn.ParameterDict(v),
    "ParameterDict.shared": lambda v: nn.ParameterDict("", v),
    "ParameterDict.get": lambda v: network().params.get(v, shape=(1,)),
    "ParameterDict.get shape": lambda v: network().params.get("w", shape=v),
    "ParameterDict.get_constant": lambda v: network().params.get_constant("c", v),
    "ParameterDict.add": lambda v: network().params.add(v),
    "ParameterDict.update": lambda v: network().params.update(v),
    "ParameterDict.item": lambda v: network().collect_params()[v],
    "ParameterDict.setattr": lambda v: network().collect_params().setattr(v, 1),
    "ParameterDict.setattr value": lambda v: network().collect_params().setattr("lr_mult", v),
    "ParameterDict.initialize": lambda v: network().collect_params().initialize(v, force_reinit=True),
    "Block.prefix": lambda v: nn.Block(v),
    "Block.params": lambda v: nn.Block(params=v),
    "Block.collect_params": lambda v: network().collect_params(v),
    "Block.initialize": lambda v: network().initialize(v, force_reinit=True),
    "Block.cast": lambda v: network().cast(v),
    "Block.register_child": lambda v: network().register_child(v),
    "Block.register_child name": lambda v: network().register_child(nn.Dense(1), v),
    "Block.hook": lambda v: network().register_forward_hook(v),
    "Block.setattr": lambda v: setattr(network(), "grad_req", v),
    "Block.child": lambda v: setattr(network()[0], "weight", v),
    "Sequential.add": lambda v: network().add(v),
    "Sequential.index": lambda v: network()[v],
    "Sequential.set": lambda v: network().__setitem__(v, nn.Dense(1)),
    "Sequential.set value": lambda v: network().__setitem__(0, v),
    "Sequential.insert": lambda v: network().insert(v, nn.Dense(1)),
    "Sequential.pop": lambda v: network().pop(v),
    "Sequential.call": lambda v: network()(v),
    "Dense.units": lambda v: nn.Dense(v),
    "Dense.activation": lambda v: nn.Dense(1, v),
    "Dense.in_units": lambda v: nn.Dense(1, in_units=v),
    "Dense.dtype": lambda v: nn.Dense(1, dtype=v),
    "Dense.weight_initializer": lambda v: nn.Dense(1, weight_initializer=v),
    "Dense.params": lambda v: nn.Dense(1, params=v),
    "Dense.unknown": lambda v: nn.Dense(1, bias=v),
    "Embedding": lambda v: nn.Embedding(v, 2),
    "Embedding.call": lambda v: nn.Embedding(3, 2)(v),
    "Dropout": lambda v: nn.Dropout(v),
    "Activation": lambda v: nn.Activation(v),
    "LeakyReLU": lambda v: nn.LeakyReLU(v),
    "LayerNorm": lambda v: nn.LayerNorm(v),
    "LayerNorm.epsilon": lambda v: nn.LayerNorm(2, v),
    "NameManager": lambda v: nn.NameManager(v),
    "loss.weight": lambda v: loss.L2Loss(v),
    "loss.predicted": lambda v: loss.L2Loss()(v, nd.ones((1, 1))),
    "create": init.create,
    "register": init.register,
    "Uniform": lambda v: ready().initialize(init.Uniform(v), force_reinit=True),
    "Normal": lambda v: ready().initialize(init.Normal(v), force_reinit=True),
    "TruncatedNormal": lambda v: ready().initialize(init.TruncatedNormal(v), force_reinit=True),
    "Constant": lambda v: ready().initialize(init.Constant(v), force_reinit=True),
    "Xavier": lambda v: init.Xavier(v),
    "Xavier.magnitude": lambda v: init.Xavier(magnitude=v),
    "Xavier.layout": lambda v: init.Xavier(layout=v),
    "He.slope": lambda v: Parameter("w", (2, 2)).initialize(init.He(slope=v)),
    "Orthogonal": lambda v: Parameter("w", (2, 2)).initialize(init.Orthogonal(v)),
    "LSTMBias": lambda v: init.LSTMBias(v),
    "Mixed": lambda v: init.Mixed(v, ["zeros"]),
    "Mixed.pattern": lambda v: init.Mixed([v], ["zeros"]),
    "Mixed.initializers": lambda v: init.Mixed([".*"], v),
    "FromArrays": lambda v: init.FromArrays(v),
    "FromArrays.value": lambda v: init.FromArrays({"w": v}),
    "FromArrays.default": lambda v: init.FromArrays({}, v),
    "Trainer": lambda v: Trainer(v),
    "Trainer.list": lambda v: Trainer([v]),
    "Trainer.optimizer": lambda v: Trainer([ready()], v),
    "Trainer.settings": lambda v: Trainer([ready()], "sgd", v),
    "Trainer.learning_rate": lambda v: Trainer([ready()], "sgd", {"learning_rate": v}),
    "Trainer.momentum": lambda v: Trainer([ready()], "sgd", {"momentum": v}),
    "Trainer.beta1": lambda v: Trainer([ready()], "adam", {"beta1": v}),
    "Trainer.step": lambda v: trainer().step(v, ignore_stale_grad=True),
    "Trainer.set_learning_rate": lambda v: trainer().set_learning_rate(v),
    "Trainer.setattr": lambda v: setattr(trainer(), "lr", v),
}


def answer(call, value):
    """Return the lesson that a call gives, or nothing if it works."""
    try:
        call(value)
    except errors.D2LError as lesson:
        return str(lesson)
    return ""


@pytest.mark.parametrize("call", CALLS)
def test_anything_in_any_argument_works_or_is_a_lesson_of_readable_length(call):
    assert [name for name, value in NASTY.items() if len(answer(CALLS[call], value)) > 1000] == []
