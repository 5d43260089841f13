"""Run a recipe on the frames of one trigger and judge what its tools find."""

from .bench import Bench, Tried
from .inspection import inspect, prepare
from .prepared import PreparedRecipe, PreparedStep, make_ready
from .run import Run

__all__ = ["Bench", "PreparedRecipe", "PreparedStep", "Run", "Tried", "inspect", "make_ready", "prepare"]
