"""What REST says of the tools that a step can have."""

from typing import Any

from vision.tool_catalogue import Group, TaughtFrom

from .models import Payload


class ToolRegions(Payload):
    """Where a tool looks."""

    kinds: tuple[str, ...]
    """Shapes that it takes: rectangle, circle, polygon, ring_sector, line, path"""
    fewest: int
    """0: without one it looks at the whole frame, or needs none"""
    most: int
    """0: it looks at what earlier steps found"""


class ToolMeasure(Payload):
    """A number that a tool takes."""

    name: str
    """As limits call it"""
    title: str
    unit: str
    """px, deg, grey, %, length (px or mm), area (px² or mm²), or none"""
    help: str
    main: bool
    """The one that stands for the step"""
    each_region: bool
    """One number a region: limits hold for each"""


class ToolReading(Payload):
    """A text that a tool reads, or a place that it finds."""

    name: str
    title: str
    kind: str
    """Reading, Point, Line or Circle"""


class ToolLayer(Payload):
    """An intermediate image that a tool can show."""

    name: str
    title: str


class ToolLessons(Payload):
    """How a tool is taught."""

    needed: bool
    """Without it the tool does nothing"""
    taught_from: TaughtFrom
    """good: images of good parts; good_and_bad: of both; kinds: of each kind, by its name; colour: regions over it;
    values: the numbers shown; texts: what is written; files: those in `brings`"""
    brings: tuple[str, ...]
    """Names of the files that it takes"""


class Tool(Payload):
    """A tool that a step can have."""

    type: str
    """As recipes call it"""
    group: Group
    title: str
    summary: str
    """What it does, in a sentence"""
    help: str
    """The same at length"""
    parameters: dict[str, Any]
    """JSON Schema of its parameters, with default, range and help; in another language than English `x-title` names a
    field and `x-options` the choices"""
    regions: ToolRegions
    measures: tuple[ToolMeasure, ...]
    gives: tuple[ToolReading, ...]
    """What later steps can name"""
    layers: tuple[ToolLayer, ...]
    locates: bool
    """The regions of later steps can move with what it finds"""
    lessons: ToolLessons | None
    """null: it is not taught"""
