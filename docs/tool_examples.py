"""What the pages of the tools show: a scene, the steps that look at it, and in words what is to be seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docs import tool_scenes as scenes

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Example:
    """The step of the tool's own type is shown as JSON; `before` are those that it needs.

    `window` is the part of the picture that is shown: x, y, width, height in px; None = all.
    """

    caption: str
    scene: Callable[[], Picture]
    step: Mapping[str, Any]
    before: Sequence[Mapping[str, Any]] = ()
    teach: Sequence[Callable[[], Picture]] = ()  # good parts, for this step and those before; none = the scene itself
    labels: Sequence[Sequence[str]] = ()  # of each of `teach`, for this step; none = all good
    window: tuple[int, int, int, int] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # of the recipe, for example its calibration
    brings: Callable[[], Mapping[str, bytes]] | None = None  # files for the step, such as a model

    @property
    def shown(self) -> Mapping[str, Any]:
        return self.step


def _rectangle(x: float, y: float, width: float, height: float, angle_deg: float = 0.0) -> dict[str, Any]:
    return {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height} | (
        {"angle_deg": angle_deg} if angle_deg else {}
    )


def _ring(x: float, y: float, inner: float, outer: float, start: float = 0, sweep: float = 360) -> dict[str, Any]:
    return {
        "kind": "ring_sector",
        "x": x,
        "y": y,
        "inner": inner,
        "outer": outer,
        "start_deg": start,
        "sweep_deg": sweep,
    }


def _step(name: str, tool: Mapping[str, Any], *regions: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "tool": dict(tool), "regions": list(regions)} | more


def _between(kind: str, caption: str, **given: str) -> Example:
    """Between the features of `PLATE`."""
    step = {"name": kind, "tool": {"type": kind, **given}}
    names = {str(name).partition(".")[0] for name in given.values()}
    return Example(caption, scenes.plate, step, [one for one in PLATE if one["name"] in names])


PLATE = (
    _step("left", {"type": "line_fit", "polarity": "light_to_dark"}, _rectangle(40, 100, 40, 120)),
    _step("top", {"type": "line_fit", "polarity": "dark_to_light"}, _rectangle(120 + 80, 40 - 80, 40, 200, 90)),
    _step("bottom", {"type": "line_fit", "polarity": "light_to_dark"}, _rectangle(180, 140, 40, 200, 90)),
    _step("bore", {"type": "circle_fit"}, _ring(120, 150, 15, 42)),
    _step("other", {"type": "circle_fit"}, _ring(280, 150, 15, 42)),
)
PLATES = tuple(partial(scenes.plate, dx, dy) for dx, dy in ((0, 0), (2, -1), (-1, 2), (1, 1)))

EXAMPLES: Mapping[str, Example] = {
    "angle": _between("angle", "The corner between two edges", a="left", b="top"),
    "anomaly": Example(
        "A dent in a woven surface, learned from good pieces alone",
        partial(scenes.brushed, dent=True, seed=9),
        _step(
            "surface",
            {"type": "anomaly"},
            _rectangle(10, 10, 380, 220),
            taught="surface",
            limits={"defect_count": {"low": 1}},
        ),
        teach=tuple(partial(scenes.brushed, seed=seed) for seed in range(1, 9)),
    ),
    "arc": Example(
        "Radius and opening of a part of a circle",
        scenes.plate,
        _step("quarter", {"type": "arc"}, _ring(280, 150, 15, 42, 10, 160)),
    ),
    "area": Example(
        "How much of the window the dark print fills",
        scenes.lettered,
        _step("ink", {"type": "area", "method": "dark"}, _rectangle(30, 30, 340, 60)),
    ),
    "bead": Example(
        "A glue track along its path: width, offset and gaps",
        scenes.glue,
        _step(
            "glue",
            {"type": "bead", "bead": "dark"},
            {"kind": "path", "points": [[50, 190], [150, 190], [190, 180], [210, 150], [214, 70]], "width": 50},
        ),
    ),
    "blob_count": Example(
        "Tablets counted, touching ones cut apart",
        scenes.pills,
        _step(
            "tablets",
            {"type": "blob_count", "polarity": "bright", "max_neck": 0.8},
            _rectangle(20, 20, 360, 200),
            limits={"count": {"low": 7, "high": 7}},
        ),
    ),
    "brightness": Example(
        "Four fields round the part show whether the light is as it was",
        scenes.bracket,
        _step(
            "light",
            {"type": "brightness"},
            *(_rectangle(x, y, 100, 80) for y in (40, 840) for x in (40, 1140)),
            limits={"mean": {"low": 150, "high": 250}},
        ),
    ),
    "caliper": Example(
        "The width of a pin between its two edges",
        scenes.bracket,
        _step(
            "pin",
            {"type": "caliper", "polarity": "light_to_dark"},
            _rectangle(345, 740, 100, 20),
            limits={"width": {"low": 0.6, "high": 0.7}},
        ),
        window=(330, 640, 320, 240),
        more={"calibration": {"mm_per_px": 0.02}},
    ),
    "camera_check": Example(
        "Two fixed marks show whether the camera has moved",
        partial(scenes.plate, 1, 0),
        _step(
            "camera",
            {"type": "camera_check"},
            _rectangle(45, 45, 70, 60),
            _rectangle(240, 110, 80, 80),
            taught="camera",
        ),
        teach=(scenes.plate,),
    ),
    "circle_fit": Example("Diameter and roundness of a bore", scenes.plate, PLATE[3]),
    "classify": Example(
        "Each cap is one of the taught kinds",
        partial(scenes.caps, scenes.RED, scenes.BLUE, scenes.RED, seed=5),
        _step("kind", {"type": "classify"}, *(_rectangle(15 + 130 * i, 25, 110, 110) for i in range(3)), taught="kind"),
        teach=(
            partial(scenes.caps, scenes.RED, scenes.RED, scenes.BLUE),
            partial(scenes.caps, scenes.BLUE, scenes.RED, scenes.BLUE, seed=2),
            partial(scenes.caps, scenes.BLUE, scenes.BLUE, scenes.RED, seed=3),
        ),
        labels=(("red", "red", "blue"), ("blue", "red", "blue"), ("blue", "blue", "red")),
    ),
    "code_reader": Example(
        "A Data Matrix, its text and where it lies",
        scenes.coded,
        _step(
            "code",
            {"type": "code_reader"},
            _rectangle(90, 10, 290, 110),
            matches={"code": {"rule": "pattern", "pattern": "B12-R7 \\d{7}"}},
        ),
    ),
    "color_area": Example(
        "The green of the middle cap",
        partial(scenes.caps, scenes.RED, scenes.GREEN, scenes.BLUE, seed=2),
        _step(
            "green",
            {"type": "color_area"},
            _rectangle(150, 25, 105, 110),
            taught="green",
            limits={"share": {"low": 50}},
        ),
        teach=(partial(scenes.caps, scenes.RED, scenes.GREEN, scenes.BLUE),),
    ),
    "color_match": Example(
        "How far a cap's colour is from the taught one",
        partial(scenes.caps, scenes.RED, scenes.GREEN, scenes.BLUE, seed=2),
        _step(
            "red", {"type": "color_match"}, _rectangle(45, 55, 50, 50), taught="red", limits={"delta_e": {"high": 3}}
        ),
        teach=(partial(scenes.caps, scenes.RED, scenes.GREEN, scenes.BLUE),),
    ),
    "concentricity": _between("concentricity", "Two bores, whose centres lie apart", a="bore", b="other"),
    "contrast": Example(
        "Whether the print stands out from its ground",
        scenes.lettered,
        _step("print", {"type": "contrast"}, _rectangle(30, 30, 340, 60)),
    ),
    "display": Example(
        "The number that a display shows",
        scenes.digits,
        _step("display", {"type": "display"}, _rectangle(35, 15, 330, 130)),
    ),
    "distance": _between("distance", "From the middle of a bore to an edge", a="bore.centre", line="left"),
    "edge_defect": Example(
        "A burr on the upper edge",
        partial(scenes.plate, burr=True),
        _step(
            "edge",
            {"type": "edge_defect", "part": "before"},
            _rectangle(180, -50, 60, 200, 90),
            limits={"burrs": {"low": 1}},
        ),
    ),
    "edge_density": Example(
        "How much of the window are edges",
        scenes.lettered,
        _step("print", {"type": "edge_density"}, _rectangle(30, 30, 340, 60)),
    ),
    "formula": Example(
        "The web between two bores, worked out of what other steps measured",
        scenes.plate,
        {
            "name": "web",
            "tool": {
                "type": "formula",
                "formula": "{apart.distance} - ({bore.diameter} + {other.diameter}) / 2",
                "unit": "length",
            },
        },
        (*PLATE[3:], {"name": "apart", "tool": {"type": "distance", "a": "bore.centre", "b": "other.centre"}}),
    ),
    "gauge": Example(
        "The value at a needle, on the scale of two points",
        scenes.dial,
        _step(
            "pressure",
            {"type": "gauge", "angle1_deg": 225, "value1": 0, "angle2_deg": -45, "value2": 10},
            _ring(150, 150, 30, 95),
            limits={"value": {"low": 5, "high": 7}},
        ),
    ),
    "golden_template": Example(
        "What differs from the taught part",
        partial(scenes.plate, 2, 1, spot=True),
        _step(
            "surface",
            {"type": "golden_template"},
            _rectangle(160, 75, 80, 40),
            taught="master",
            limits={"defect_count": {"low": 1}},
        ),
        teach=(scenes.plate,),
    ),
    "histogram": Example(
        "Darkest, middle and brightest levels of a field",
        scenes.bracket,
        _step("levels", {"type": "histogram"}, _rectangle(500, 250, 300, 200)),
    ),
    "intersection": _between("intersection", "Where two edges meet", a="left", b="top"),
    "line_fit": Example("A straight edge from many scans", scenes.plate, PLATE[0]),
    "locate": Example(
        "A part found by its edges, moved and turned; later regions move with it",
        partial(scenes.plate, 14, -9, 6),
        _step("part", {"type": "locate"}, _rectangle(40, 40, 320, 220), taught="part"),
        teach=(scenes.plate,),
    ),
    "locate_blob": Example(
        "A part found by its area",
        partial(scenes.plate, 14, -9),
        _step("part", {"type": "locate_blob", "polarity": "dark", "direction": "none"}, taught="part"),
        teach=(scenes.plate,),
    ),
    "machine_position": Example(
        "Where a robot finds the bore, by four marks whose places it knows",
        partial(scenes.plate, 14, -9, 6),
        _step(
            "pick",
            {
                "type": "machine_position",
                "point": "bore.centre",
                "pairs": [
                    {"x_px": 40, "y_px": 40, "x": 310.0, "y": -95.0},
                    {"x_px": 360, "y_px": 40, "x": 342.0, "y": -95.1},
                    {"x_px": 360, "y_px": 260, "x": 342.1, "y": -73.0},
                    {"x_px": 40, "y_px": 260, "x": 310.0, "y": -73.0},
                ],
            },
            limits={"residual": {"high": 0.1}},
        ),
        (
            _step("part", {"type": "locate"}, _rectangle(40, 40, 320, 220), taught="part"),
            _step("bore", {"type": "circle_fit"}, _ring(120, 150, 15, 42), fixture="part"),
        ),
        teach=(scenes.plate,),
    ),
    "midline": _between("midline", "The line between two edges", a="top", b="bottom"),
    "midpoint": _between("midpoint", "The middle between two bores", a="bore.centre", b="other.centre"),
    "onnx": Example(
        "Lines of print found by a segmentation network (PP-OCRv6 small, Apache-2.0)",
        partial(scenes.label, "LOT B4711", "EXP 2027-03", "B12-R7"),
        _step(
            "print",
            {
                "type": "onnx",
                "input_width_px": 416,
                "input_height_px": 256,
                "fit": "stretch",
                "channels": "bgr",
                "mean": [0.485, 0.456, 0.406],
                "std": [0.229, 0.224, 0.225],
                "min_area_px": 100,
            },
            taught="print",
            limits={"count": {"low": 3, "high": 3}},
        ),
        brings=scenes.text_finder,
    ),
    "outline": Example(
        "The contour against the taught one: a burr",
        partial(scenes.plate, 2, -1, burr=True),
        _step("contour", {"type": "outline", "part": "dark"}, _rectangle(30, 30, 340, 240), taught="contour"),
        teach=PLATES,
    ),
    "parallelism": _between("parallelism", "How parallel two edges are", a="top", b="bottom"),
    "pattern_count": Example(
        "All marks that are like the taught one",
        scenes.keys,
        _step(
            "marks",
            {"type": "pattern_count"},
            _rectangle(38, 30, 45, 40),
            _rectangle(10, 10, 380, 220),
            taught="mark",
            limits={"count": {"low": 12, "high": 12}},
        ),
    ),
    "pattern_match": Example(
        "The print found by its grey levels",
        partial(scenes.plate, 6, 4),
        _step(
            "print",
            {"type": "pattern_match"},
            _rectangle(160, 115, 80, 55),
            _rectangle(130, 90, 150, 110),
            taught="print",
        ),
        teach=(scenes.plate,),
    ),
    "perpendicular": _between("perpendicular", "From a bore square to an edge", point="bore.centre", line="top"),
    "presence": Example(
        "A screw is missing",
        partial(scenes.screws, 2, seed=7),
        _step(
            "screws",
            {"type": "presence"},
            *(_rectangle(30 + 94 * i, 50, 60, 60) for i in range(4)),
            taught="screws",
            limits={"good": {"low": 3}},
        ),
        teach=tuple(partial(scenes.screws, i, seed=i + 1) for i in range(4)),
        labels=tuple(tuple("bad" if j == i else "good" for j in range(4)) for i in range(4)),
    ),
    "scan": Example(
        "Smallest and largest width of a slot",
        scenes.plate,
        _step("slot", {"type": "scan"}, {"kind": "line", "x1": 172, "y1": 205, "x2": 228, "y2": 205, "width": 44}),
    ),
    "scratch": Example(
        "A scratch, and not the bright spot beside it",
        partial(scenes.polished, True),
        _step("scratches", {"type": "scratch"}, _rectangle(20, 20, 360, 200), limits={"count": {"low": 1, "high": 1}}),
    ),
    "tangent": _between("tangent", "Tangents from a point to a circle", point="other.centre", circle="bore"),
    "text": Example(
        "A printed line, read by the general reader",
        scenes.lettered,
        _step(
            "lot",
            {"type": "text", "formats": ["@@@ @####"]},
            _rectangle(20, 25, 360, 70),
            matches={"text": {"rule": "pattern", "pattern": "LOT B\\d{4}"}},
        ),
    ),
    "texture": Example(
        "A place where the weave is missing",
        partial(scenes.brushed, dent=True, seed=9),
        _step(
            "weave",
            {"type": "texture"},
            _rectangle(10, 10, 380, 220),
            taught="weave",
            limits={"count": {"low": 1}},
        ),
        teach=tuple(partial(scenes.brushed, seed=seed) for seed in range(1, 5)),
    ),
}
