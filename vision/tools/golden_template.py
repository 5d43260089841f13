"""Compare a part with good ones and list what is different."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..defect_kinds import DefectKinds
from ..errors import TeachError, ToolError
from ..laying import Freedom, Laid, Light
from ..master_differences import Compared, Defect, Differences, Rules
from ..masters import learn, masters_of, stored
from ..result import MOST_OBJECTS, Object, Objects, Point, Reading, Shape
from ..roi import IDENTITY
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

Floats = NDArray[np.float64]
Outline = tuple[tuple[float, float], ...]
GOOD, BAD = "good", "bad"
MASTER = "master"  # what one without a name is called


class GoldenTemplate(Tool):
    """Lay the region onto a master taught from good parts, and find differences that no shift of edges explains.

    From one good part it learns how the part looks, from three or more also how good parts vary, pixel by pixel.
    Variants of the part are taught under `good NAME`, each with a master of its own: the one that fits best is taken.
    Bad parts under the name of their defect, two at least of each of two kinds or more, teach its kind: of each the
    largest difference.
    """

    type: Literal["golden_template"] = "golden_template"
    version: ClassVar[int] = 1
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("defect_count", help="Differences of at least the smallest area", main=True, int16="count"),
        Measure("defect_area", unit="area", help="Of all defects together"),
        Measure("largest", unit="area", help="Area of the largest defect"),
        Measure("shift", unit="length", help="How far the part lay from the master, at most, before it was laid on it"),
        Measure("seen", unit="%", help="Share of the region that could be compared"),
    )
    readings: ClassVar[tuple[str, ...]] = ("variant", "kind")
    features: ClassVar[Mapping[str, Any]] = {"largest": Point}
    layers: ClassVar[tuple[str, ...]] = ("registered", "difference")

    threshold_grey: Annotated[int, Field(ge=1, le=254)] = 40
    """Smaller differences are taken for light and noise (grey levels, 0-255)"""
    edge_threshold_grey: Annotated[int, Field(ge=0, le=254)] = 0
    """The same along edges, within their tolerance; 0 = as in the plain (grey levels, 0-255)"""
    spreads: Annotated[float, Field(ge=0, le=20)] = 4.0
    """So many standard deviations of the good parts, at each pixel, are no difference; 0 = they are not asked"""
    edge_tolerance_px: Annotated[int, Field(ge=0, le=20)] = 2
    """So far an edge may lie from where the master has it (px)"""
    min_area_px: Annotated[int, Field(ge=1)] = 15
    """Smaller differences are taken for dirt and not counted (px)"""
    join_px: Annotated[int, Field(ge=0, le=100)] = 4
    """Differences of one kind at most this far apart are one defect (px)"""
    max_shift_px: Annotated[int, Field(ge=0, le=100)] = 10
    """So far the part may lie from the master, beyond what the fixture step found (px)"""
    light: Light = "gain"
    """Before comparing, fit the frame's brightness (offset), or brightness and contrast (gain), to the master's"""
    things: Literal["either", "bright", "dark"] = "either"
    """What the part's things are: a difference that cuts one of them in two splits; either = it is said to join what
    lies on both sides"""
    max_distance: Annotated[float, Field(gt=0, le=100)] = 2.0
    """Farther from the taught ones a defect is of no kind; 1 = as far as the loneliest of them is (lower = stricter)"""

    @property
    def freedom(self) -> Freedom:
        """To differ from the master and still be laid on it."""
        return Freedom(self.max_shift_px, self.edge_tolerance_px, self.light)

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn a master for each variant from the good samples, and kinds of defects from those under another name.

        Raises:
            TeachError: No good sample, its region is too small or outside the frame, or a kind cannot be learned.
        """
        try:
            return self._learned(samples, taught)
        except ToolError as exc:
            raise TeachError(str(exc)) from exc

    def _learned(self, samples: Sequence[Sample], taught: Taught | None) -> Taught:
        good: dict[str, list[View]] = {}
        marked: list[tuple[str, View]] = []
        for sample in samples:
            label = sample.labels[0] if sample.labels else GOOD
            word, _, name = label.partition(" ")
            if word == GOOD:
                good.setdefault(name.strip(), []).append(sample.view)
            elif label != BAD:
                marked.append((label, sample.view))
        before = masters_of(taught) if taught is not None else []
        if not good and not before:
            raise TeachError("golden_template learns from good images: none of the samples is labelled good")
        arrays, texts = stored(learn(good, self.freedom, before))
        kinds = DefectKinds.of(taught) if taught is not None else None
        if marked:
            ready = _Ready(self, Taught(arrays, texts=texts))
            kinds = DefectKinds.learned([(name, ready.largest(view, name)) for name, view in marked], kinds)
        return Taught(arrays | (kinds.arrays if kinds else {}), texts=texts)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Make the masters' extremes and gradients.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        ready = _Ready(self, taught)
        _warm_up()
        return ready

    def measure(self, view: View) -> Findings:
        """Raise ToolError: a master is needed, so this works only when prepared."""
        raise ToolError("not taught: golden_template needs a master; teach this step")


@functools.cache
def _warm_up() -> None:
    """OpenCV makes its tables at the first call of each function: once for all masters."""
    dark, light = (np.full((96, 96), level, np.uint8) for level in (0, 200))
    ready = _Ready(GoldenTemplate(), Taught({"master": dark, "mask": light, "origin": np.zeros(2)}))
    ready.masters[0].differences(ready.masters[0].bed.lay_image(light, light, IDENTITY))


class _Ready:
    """Masters ready to be compared with."""

    def __init__(self, tool: GoldenTemplate, taught: Taught) -> None:
        edges = tool.edge_threshold_grey or tool.threshold_grey
        rules = Rules(tool.freedom, tool.threshold_grey, edges, tool.spreads, tool.min_area_px, tool.join_px)
        self.masters = [Compared(master, rules) for master in masters_of(taught)]
        self.kinds = DefectKinds.of(taught)
        self.tool = tool

    def measure(self, view: View) -> Findings:
        master, laid, difference = self._best(view)
        defects = master.defects(view, laid, difference)
        kinds = [
            self.kinds.kind_of(master.form(laid, one), self.tool.max_distance) if self.kinds else "" for one in defects
        ]
        labels = [_label(one, kind, self.tool.things) for one, kind in zip(defects, kinds, strict=True)]
        found = _findings(view, master.name or MASTER, laid, defects, kinds, labels)
        layers = {"registered": laid.image, "difference": difference.all}
        found.layers = {name: layers[name] for name in view.layers & layers.keys()}
        found.layer_pose = laid.pose
        return found

    def largest(self, view: View, kind: str) -> Floats:
        """The form of the largest defect.

        Raises:
            TeachError: There is none.
        """
        master, laid, difference = self._best(view)
        found = master.defects(view, laid, difference)
        if not found:
            raise TeachError(f"an image that is labelled {kind!r} shows no difference from the master")
        return master.form(laid, found[0])

    def _best(self, view: View) -> tuple[Compared, Laid, Differences]:
        """The master with the fewest differing pixels; of equals that which is most alike."""
        found = []
        for number, master in enumerate(self.masters):
            laid = master.bed.lay(view)
            different = master.differences(laid)
            alike = master.unlike(laid) if len(self.masters) > 1 else 0.0
            found.append((different.pixels, alike, number, (master, laid, different)))
        return min(found)[-1]


def _findings(
    view: View, variant: str, laid: Laid, defects: Sequence[Defect], kinds: Sequence[str], labels: Sequence[str]
) -> Findings:
    per_px = abs(float(np.linalg.det(laid.pose[:, :2])))  # the part may be larger or smaller than the master
    areas = [view.pixel_area(one.spot.area * per_px) for one in defects]
    overlay, objects = [], []
    for defect, area, label, (centre, outline) in zip(defects, areas, labels, _placed(defects, laid), strict=False):
        overlay.append(Shape(outline, label=f"{defect.polarity} {area:.3g}", role="defect"))
        objects.append(Object(centre, {"area": area, "contrast": defect.contrast}, label))
    largest = objects[0].place if objects else None
    readings = [Reading("variant", variant, variant.encode())]
    if kinds and kinds[0]:
        readings.append(Reading("kind", kinds[0], kinds[0].encode()))
    return Findings(
        defect_count=len(defects),
        defect_area=sum(areas),
        largest=max(areas, default=0.0),
        shift=view.length((0.0, 0.0), (laid.shifts.largest, 0.0)),
        seen=100 * min(1.0, laid.share),
        objects=Objects(len(defects), tuple(objects)),
        readings=readings,
        features={"largest": largest} if largest else {},
        overlay=overlay,
        reason=_reason(defects, kinds, variant, largest),
    )


def _placed(defects: Sequence[Defect], laid: Laid) -> Iterator[tuple[Point, Outline]]:
    """Centre and outline in the frame of the first of them."""
    points = [np.vstack([one.spot.centre, one.spot.outline()]) for one in defects[:MOST_OBJECTS]]
    there = laid.in_frame(np.concatenate([*points, np.zeros((0, 2))])).tolist()
    first = 0
    for one in points:
        centre, *outline = there[first : first + len(one)]
        first += len(one)
        yield Point(*centre), tuple((x, y) for x, y in outline)


def _label(defect: Defect, kind: str, things: str) -> str:
    """What it is, as far as it is known."""
    cuts = defect.relation == "joins" and things == ("dark" if defect.brighter else "bright")
    what = f"{defect.polarity}, {'splits' if cuts else defect.relation}"
    return f"{kind}: {what}" if kind else what


def _reason(defects: Sequence[Defect], kinds: Sequence[str], variant: str, largest: Point | None) -> str:
    if largest is None:
        return ""
    many = "1 difference" if len(defects) == 1 else f"{len(defects)} differences, the largest"
    at = f"{defects[0].spot.area} px at ({largest.x:.0f}, {largest.y:.0f})"
    than = "the master" if variant == MASTER else f"master {variant!r}"
    return f"{many} {defects[0].polarity} than {than}, {at}" + (f": {kinds[0]}" if kinds[0] else "")
