"""Run a recipe on the frames of one trigger and judge what its tools find."""

from .bench import Bench, Tried
from .inspection import inspect, prepare
from .layers import GENERAL, Layer, layer_of
from .prepared import PreparedRecipe, PreparedStep, make_ready
from .run import Run

__all__ = [
    "GENERAL",
    "Bench",
    "Layer",
    "PreparedRecipe",
    "PreparedStep",
    "Run",
    "Tried",
    "inspect",
    "layer_of",
    "make_ready",
    "prepare",
]
