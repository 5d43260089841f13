"""What to inspect on one kind of part."""

import hashlib
import json
import struct
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..calibration import Calibration
from ..field_docs import DescribedSchema
from ..frame import DEFAULT_SHOT, Inputs, Shot
from .combine import AllSteps, Combine
from .group import Group
from .reference_image import ReferenceImage
from .seal import KEY, Release, Seal
from .step import ERROR_CLASS, Step
from .strict import FileName, Name, Strict

FORMAT = 1


class CalibrationEntry(Strict):
    """The size of a pixel, and the plane on which lengths are measured."""

    mm_per_px: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Millimetres a pixel; left out: lengths are in px"""
    taught: FileName | None = None
    """Lens and plane as calibrated with a board, by their name under taught; left out: all pixels have one size"""

    @model_validator(mode="after")
    def _with_a_size(self) -> Self:
        if self.taught is not None and self.mm_per_px is None:
            raise ValueError("taught needs mm_per_px as well: the size of a pixel in the middle of the frame")
        return self


class ImageEntry(Strict):
    """The frames this recipe was made for; anything else is ERROR. What is left out is not checked."""

    width: Annotated[int, Field(gt=0)] | None = None
    """px"""
    height: Annotated[int, Field(gt=0)] | None = None
    """px"""
    channels: Literal[1, 3] | None = None
    """1 grey, 3 colour"""
    bits: Annotated[int, Field(ge=8, le=16)] | None = None
    """Bits a pixel and channel"""
    quality_gate: bool = True
    """Wholly black, wholly white or torn frames are ERROR before any tool looks"""
    window: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]] | None = None
    """Raw levels shown as black and white to tools that see 8 bits; left out: the camera's full range"""


class ShotEntry(Strict):
    """One exposure of the acquisition; what is left out stays as the camera is set."""

    name: Name = DEFAULT_SHOT
    """How steps call it"""
    exposure_us: Annotated[int, Field(gt=0)] | None = None
    """Exposure time (us)"""
    gain_db: Annotated[float, Field(ge=0, le=60)] | None = None
    """Gain (dB)"""
    light: str | None = None
    """Name of the light"""


class ParameterEntry(Strict):
    """A number that the PLC gives with the trigger; two registers of RecipeParameters."""

    name: Name
    """As tools call it"""
    type: Literal["int32", "float32"]
    """How the registers are read"""
    offset: Annotated[int, Field(ge=0, le=62)]
    """Its first word in RecipeParameters, 0-62"""


class RejectClass(Strict):
    """What a reject number means."""

    number: Annotated[int, Field(ge=1, lt=ERROR_CLASS)]
    """As the PLC reads it"""
    name: Name
    """As people say it"""


class TaughtEntry(Strict):
    """Which taught data belongs to this version of the recipe."""

    tool: str
    """Type of the tool that learned it"""
    tool_version: int
    """Version of the tool's taught data"""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Over its files, names and the two above"""


class Recipe(Strict):
    """A versioned recipe file. Numbers are judged by steps, steps make the part's judgement."""

    format: Literal[1] = 1
    """Of this file"""
    job: Annotated[int, Field(ge=1, le=65535)]
    """The number by which the PLC calls it"""
    name: Annotated[str, Field(min_length=1, max_length=64)]
    """As people call it"""
    version: Annotated[int, Field(ge=1)] = 1
    """Counts up with every change"""
    released: bool = False
    """May judge parts of production"""
    description: str = ""
    """For people"""
    calibration: CalibrationEntry = CalibrationEntry()
    """Pixels to millimetres"""
    image: ImageEntry = ImageEntry()
    """The frames it was made for"""
    shots: Annotated[tuple[ShotEntry, ...], Field(min_length=1)] = (ShotEntry(),)
    """The exposures of one acquisition, in their order"""
    steps: tuple[Step, ...] = ()
    """What is looked at, in the order it is shown"""
    groups: tuple[Group, ...] = ()
    """What repeats"""
    combine: Combine = AllSteps()
    """How the steps make the part's judgement"""
    time_limit_ms: Annotated[int, Field(ge=1, le=60000)] = 2000
    """Longest time for all steps (ms); an inspection cut off is ERROR"""
    parameters: tuple[ParameterEntry, ...] = ()
    """Numbers that the PLC gives"""
    reject_classes: tuple[RejectClass, ...] = ()
    """Where given, a step's reject class must be one of these, or 0"""
    # Not written where there are none: what was released before keeps its hash.
    references: Annotated[tuple[ReferenceImage, ...], Field(exclude_if=lambda value: not value)] = ()
    """Images that it has to judge right before a version goes into production"""
    taught: Mapping[FileName, TaughtEntry] = Field(default_factory=dict)
    """Written by teaching"""
    release: Seal | None = None
    """Written by releasing"""

    @property
    def exposures(self) -> tuple[Shot, ...]:
        """The shots as a camera takes them."""
        return tuple(Shot(s.name, s.exposure_us, s.gain_db, s.light) for s in self.shots)

    @property
    def scale(self) -> Calibration:
        """By the size of a pixel alone: the plane lies beside the recipe."""
        return Calibration(self.calibration.mm_per_px)

    def step(self, name: str) -> Step:
        """The step of this name.

        Raises:
            KeyError: There is none.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def group_of(self, step: Step) -> Group | None:
        """The group that a step repeats with."""
        return next((group for group in self.groups if group.name == step.group), None)

    def parameter_values(self, inputs: Inputs) -> dict[str, float]:
        """The PLC's numbers by name; those it gave no registers for are 0, as the registers are."""
        words = (*inputs.parameters, *(0,) * 64)
        pairs = {p.name: struct.pack(">HH", *words[p.offset : p.offset + 2]) for p in self.parameters}
        kinds = {p.name: ">i" if p.type == "int32" else ">f" for p in self.parameters}
        return {name: struct.unpack(kinds[name], data)[0] for name, data in pairs.items()}

    @property
    def times(self) -> tuple[Release, ...]:
        """When it went into production, as far as its file says."""
        return self.release.times if self.release else ()

    def content(self) -> dict[str, Any]:
        """All of it as JSON values; no seal where it has none."""
        return self.model_dump(mode="json", exclude=None if self.release else {KEY})

    @property
    def sha256(self) -> str:
        """Of the content but its seal: two recipes with the same hash judge alike."""
        content = self.model_dump(mode="json", exclude={KEY})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe file."""
    made = Recipe.model_json_schema(schema_generator=DescribedSchema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
