"""What to inspect on one kind of part: the versioned recipe file, and everything that can be wrong with it."""

from .check import problems_of
from .combine import AllSteps, AnyStep, Combine, NOfM, Weights
from .files import DRAFT, FILE, VERSIONS, load_recipe, read_recipe, recipe_folders, save_recipe, version_file
from .filters import Channel, Equalise, Filter, Gaussian, Median
from .group import Found, Grid, Group
from .grouping import instances
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
from .release import Signed, begin_draft, release_draft, roll_back, save_draft, withdraw
from .seal import Release, Seal
from .shelf import (
    InUse,
    Label,
    check_folder,
    draft_file,
    is_withdrawn,
    kept_versions,
    label,
    load_draft,
    load_version,
    next_version,
    recipe_in_use,
    was_released,
    working_copy,
)
from .step import ERROR_CLASS, RunIf, Step

__all__ = [
    "DRAFT",
    "ERROR_CLASS",
    "FILE",
    "VERSIONS",
    "AllSteps",
    "AnyStep",
    "CalibrationEntry",
    "Channel",
    "Combine",
    "DateMatch",
    "Equalise",
    "Filter",
    "Found",
    "Gaussian",
    "Grid",
    "Group",
    "ImageEntry",
    "InUse",
    "Label",
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
    "Release",
    "RunIf",
    "Seal",
    "ShotEntry",
    "Signed",
    "Step",
    "TaughtEntry",
    "TextMatch",
    "Weights",
    "begin_draft",
    "check_folder",
    "draft_file",
    "instances",
    "is_withdrawn",
    "kept_versions",
    "label",
    "load_draft",
    "load_recipe",
    "load_version",
    "next_version",
    "problems_of",
    "read_recipe",
    "recipe_folders",
    "recipe_in_use",
    "recipe_schema",
    "references",
    "release_draft",
    "roll_back",
    "run_order",
    "save_draft",
    "save_recipe",
    "version_file",
    "was_released",
    "withdraw",
    "working_copy",
]
