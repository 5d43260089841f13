"""The contract between a recipe and its tools: what a tool declares, gets and gives back."""

import inspect
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from .calibration import Calibration
from .declarations import Measure, Ref, Unit, check_declarations
from .errors import ToolError
from .frame import Image
from .result import Feature, Objects, Reading, Shape
from .roi import KINDS, Pose
from .view import Region, View

__all__ = [
    "NOT_TAUGHT",
    "Findings",
    "Measure",
    "Prepared",
    "Ref",
    "Region",
    "Sample",
    "Taught",
    "Tool",
    "Unit",
    "View",
]


@dataclass(frozen=True, slots=True)
class Taught:
    """What a tool learned: named arrays, files and texts. `parameters` are what it proposes for its own fields."""

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def array(self, name: str) -> NDArray[Any]:
        """A taught array.

        Raises:
            ToolError: It is not there: the step was not taught with this tool.
        """
        try:
            return self.arrays[name]
        except KeyError:
            raise ToolError(f"not taught: {name!r} is missing from the taught data; teach this step") from None


NOT_TAUGHT = Taught()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things that a locating tool found: where its regions lie, and its own features."""

    pose: Pose  # taught px -> this frame's px
    features: Mapping[str, Feature] = field(default_factory=dict)


class Findings:
    """What a tool says about one view. Measures are given by their declared names as keywords."""

    def __init__(
        self,
        *,
        found: bool = True,
        reason: str = "",
        readings: Sequence[Reading] = (),
        features: Mapping[str, Feature] | None = None,
        overlay: Sequence[Shape] = (),
        layers: Mapping[str, Image] | None = None,
        objects: Objects | None = None,
        pose: Pose | None = None,
        parts: Sequence[Part] = (),
        **values: float | tuple[float, ...] | None,
    ) -> None:
        """`pose` (only of a locating tool): taught px -> this frame's px, moves the regions of later steps.

        `parts`: all that were found, in the order the tool documents, where it looks for more than one.
        """
        self.found, self.reason, self.readings = found, reason, tuple(readings)
        self.features, self.overlay, self.layers = dict(features or {}), tuple(overlay), dict(layers or {})
        self.objects, self.pose, self.values = objects, pose, values
        self.parts = tuple(parts)
        self.layer_pose: Pose | None = None  # px of the layers -> this frame's px, where they are not of its size


class Prepared(Protocol):
    """A tool made ready for the line."""

    def measure(self, view: View) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A view to learn from, with one label a region: good, bad, a class or a text."""

    view: View
    labels: tuple[str, ...] = ("good",)


class Tool(BaseModel):
    """What measures at a step. Fields are its parameters; their docstrings are the console's help."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    version: ClassVar[int] = 1  # of the taught data: raised when older data no longer fits
    measures: ClassVar[tuple[Measure, ...]] = ()
    readings: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[Mapping[str, type]] = {}
    layers: ClassVar[tuple[str, ...]] = ()
    region_kinds: ClassVar[tuple[str, ...]] = KINDS
    regions: ClassVar[tuple[int, int]] = (0, 1)  # fewest and most
    learns: ClassVar[bool] = False  # has `teach`
    must_learn: ClassVar[bool] = True  # where it learns: it needs taught data
    by_label: ClassVar[bool] = False  # learns names from labels: that a whole part is good tells it none
    by_region: ClassVar[bool] = False  # learns each region by itself: every sample has all of them
    brings: ClassVar[tuple[str, ...]] = ()  # learns from files instead, not from images: those that `bring` takes
    searches: ClassVar[bool] = False  # in its second region, for what it was taught in the first: masks are of that
    locates: ClassVar[bool] = False  # gives a pose: may be the fixture of later steps

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Raises TypeError: it declares what nobody could tell apart."""
        super().__pydantic_init_subclass__(**kwargs)
        keywords = inspect.signature(Findings).parameters
        check_declarations(cls.__name__, cls.measures, [*cls.features, *cls.readings], cls.layers, keywords.keys())

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        # What an editor has to know besides the fields: which limits, matches, regions and references fit.
        handler.resolve_ref_schema(schema)["x-tool"] = cls.declared()
        return schema

    @classmethod
    def declared(cls) -> dict[str, Any]:
        """What it takes and yields, as JSON values."""
        return {
            "version": cls.version,
            "measures": [asdict(measure) for measure in cls.measures],
            "readings": list(cls.readings),
            "features": {name: kind.__name__ for name, kind in cls.features.items()},
            "layers": list(cls.layers),
            "region_kinds": list(cls.region_kinds),
            "regions": list(cls.regions),
            "learns": cls.learns,
            "must_learn": cls.learns and cls.must_learn,
            "brings": list(cls.brings),
            "locates": cls.locates,
        }

    @property
    def most_parts(self) -> int:
        """How many parts it can find, each with a pose that a group of steps repeats for; 0 = it gives no `parts`.

        More than one are looked for where its parameter `count` says so.
        """
        return 0

    def unit_of(self, measure: Measure) -> str:
        """Of a measure, where it hangs on a parameter; `length` and `area` become px or mm."""
        return measure.unit

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Get ready off the line, warm-up included; a tool with nothing to get ready is its own `Prepared`.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        return self

    @abstractmethod
    def measure(self, view: View) -> Findings:
        """Measure one part.

        Raises:
            ToolError: It cannot be done on this image; the step becomes ERROR.
        """
        raise NotImplementedError

    @classmethod
    def parameters(cls) -> Mapping[str, Any]:
        """Fields by name, without `type`."""
        return {k: v for k, v in cls.model_fields.items() if k != "type"}

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn from samples, on top of what was taught before.

        Raises:
            TeachError: The samples do not do.
        """
        raise NotImplementedError(f"{type(self).__name__} learns nothing")

    def bring(self, files: Mapping[str, bytes]) -> Taught:
        """Take what the user has, instead of learning: files by the names in `brings`.

        Raises:
            TeachError: They do not do.
        """
        raise NotImplementedError(f"{type(self).__name__} takes no files")

    def with_parameters(self, taught: Taught) -> Self:
        """This tool with the parameters that teaching proposed."""
        return self.model_validate(self.model_dump() | dict(taught.parameters))

    if TYPE_CHECKING:  # each tool has a field of its own, with the one value that it takes

        @property
        def type(self) -> str:
            """By which recipes call it."""
            raise NotImplementedError
