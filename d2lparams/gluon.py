"""The names that ``from mxnet import gluon`` gave: ``gluon.nn``, ``gluon.Trainer``, ``gluon.loss`` ..."""

from __future__ import annotations

from . import loss, nn
from .block import Block
from .collection import ParameterDict
from .parameter import Constant, Parameter
from .trainer import Trainer

__all__ = ["Block", "Constant", "Parameter", "ParameterDict", "Trainer", "loss", "nn"]
