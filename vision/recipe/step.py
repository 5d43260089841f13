"""One step of a recipe: a tool, where it looks, and what its findings are held to."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from ..roi import Roi
from .any_tool import AnyTool
from .filters import Filter
from .limits import Limit
from .matches import Match
from .strict import FileName, Name, Strict

ERROR_CLASS = 65535
"""The reject class of a part that could not be judged; no step may use it."""


class RunIf(Strict):
    """Run only after another step came out so; else the step is left out and judges nothing."""

    step: Annotated[Name, Field(json_schema_extra={"x-ref": "Step"})]
    """The other step"""
    outcome: Literal["passed", "failed", "found"]
    """What it has to be"""


class Step(Strict):
    """One tool at one place."""

    name: Name
    """As the operator knows the place: pin 3"""
    tool: AnyTool
    """What measures there"""
    group: Annotated[Name | None, Field(json_schema_extra={"x-ref": "Group"})] = None
    """The group with which it repeats: its results are name[1], name[2]; regions are those of the first"""
    shot: Annotated[Name | None, Field(json_schema_extra={"x-ref": "Shot"})] = None
    """The shot it looks at; left out: the first"""
    regions: tuple[Roi, ...] = ()
    """Where the tool looks; none: the whole frame"""
    masks: tuple[Roi, ...] = ()
    """Taken away from every region; of what is searched for in a second region from the first alone: parts of it that
    it is not to be found by"""
    fixture: Annotated[Name | None, Field(json_schema_extra={"x-ref": "locates"})] = None
    """The locating step with which regions and masks move"""
    preprocessing: tuple[Filter, ...] = ()
    """Done to the frame before, in this order"""
    taught: Annotated[FileName | None, Field(json_schema_extra={"x-ref": "Taught"})] = None
    """The taught data of this step; steps with the same tool may share it"""
    slot: Annotated[int, Field(ge=0, le=31)] | None = None
    """The step's place in the PLC's tables; of a step that repeats it shows the worst"""
    reject_class: Annotated[int, Field(ge=0, lt=ERROR_CLASS)] = 0
    """What the PLC reads when this step is the first that fails"""
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    """For the rule weights; a step that repeats has it once"""
    time_limit_ms: Annotated[int, Field(ge=1, le=60000)] | None = None
    """Longest time for this step, each time it runs (ms); left out: the recipe's alone"""
    not_found: Literal["fail", "error", "pass"] = "fail"
    """What it means when the tool finds nothing. pass: it must not be there, so finding it fails"""
    run_if: RunIf | None = None
    """Run only after another step came out so"""
    limits: Mapping[str, Limit] = Field(default_factory=dict, json_schema_extra={"x-keys": "measures"})
    """By the name of the measure"""
    matches: Mapping[str, Match] = Field(default_factory=dict, json_schema_extra={"x-keys": "readings"})
    """By the name of the reading"""
    # Not written where it is on: what was released before keeps its hash.
    enabled: Annotated[bool, Field(exclude_if=lambda value: value)] = True
    """Off: it is kept as it is, but not run, and judges nothing; no other step may need it"""
