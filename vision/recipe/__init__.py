"""What to inspect on one kind of part: the versioned recipe file, and everything that can be wrong with it."""

from .check import problems_of
from .combine import AllSteps, AnyStep, Combine, NOfM, Weights
from .files import FILE, check_folder, load_recipe, recipe_folders, save_recipe
from .filters import Channel, Equalise, Filter, Gaussian, Median
from .limits import Limit
from .matches import DateMatch, ListMatch, Match, PatternMatch, PlcStringMatch, ReadingMatch, TextMatch
from .recipe import (
    CalibrationEntry,
    ImageEntry,
    ParameterEntry,
    Recipe,
    RejectClass,
    ShotEntry,
    TaughtEntry,
    recipe_schema,
)
from .references import Reference, references, run_order
from .step import ERROR_CLASS, RunIf, Step

__all__ = [
    "ERROR_CLASS",
    "FILE",
    "AllSteps",
    "AnyStep",
    "CalibrationEntry",
    "Channel",
    "Combine",
    "DateMatch",
    "Equalise",
    "Filter",
    "Gaussian",
    "ImageEntry",
    "Limit",
    "ListMatch",
    "Match",
    "Median",
    "NOfM",
    "ParameterEntry",
    "PatternMatch",
    "PlcStringMatch",
    "ReadingMatch",
    "Recipe",
    "Reference",
    "RejectClass",
    "RunIf",
    "ShotEntry",
    "Step",
    "TaughtEntry",
    "TextMatch",
    "Weights",
    "check_folder",
    "load_recipe",
    "problems_of",
    "recipe_folders",
    "recipe_schema",
    "references",
    "run_order",
    "save_recipe",
]
