"""Read bar codes and matrix codes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..imaging.code_grade import Grade, grade
from ..imaging.code_search import Effort, Search, Wanted
from ..imaging.several import Found, in_order
from ..imaging.warp import similarity
from ..imaging.zxing import Code, Symbology, TextForm
from ..result import MOST_OBJECTS, Object, Objects, Point, Reading, Shape
from ..roi import IDENTITY
from ..tool import Findings, Measure, Region, Tool, View

LABEL = 40  # characters shown beside a code


class CodeReader(Tool):
    """Read QR, Micro QR, rMQR, Data Matrix, Aztec, PDF417, EAN/UPC, Code 128, 39 and 93, ITF, Codabar and DataBar.

    The reading is the text; its bytes are exactly those in the code, GS1 separators and other control characters
    included. A code is read at any angle, also dot-peened, light on dark, tilted, blurred or scratched. As a fixture
    the first code moves the regions of later steps, once its place in the taught image is given.

    With `grade` the print quality is told for Data Matrix and QR in the terms of ISO/IEC 15415 (symbol contrast,
    modulation, fixed pattern damage, axial and grid nonuniformity, unused error correction) and for bars in those of
    ISO/IEC 15416 (symbol contrast, minimum edge contrast, modulation, defects, and of all but Codabar and DataBar
    decodability; quiet zones and the printed height are not looked at). Grey levels stand for reflectances, so it
    compares parts under one camera and light; it is not a verifier's grade.
    """

    type: Literal["code_reader"] = "code_reader"
    locates: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("count", help="Codes read, all regions together", main=True, int16="count"),
        Measure("x", unit="px", help="Middle of the first code, from the frame's left side"),
        Measure("y", unit="px", help="Middle of the first code, from the frame's top"),
        Measure("angle_deg", unit="deg", help="Of the first code's upper side, counter-clockwise, -180 to 180"),
        Measure("grade", help="Print quality of the worst code, 4 (best) to 0: the lowest of what follows"),
        Measure("symbol_contrast", unit="%", help="Lightest against darkest, of the full scale"),
        Measure("modulation", unit="%", help="Matrix codes: how far modules are from the threshold; 5 % are worse"),
        Measure("fixed_pattern_damage", unit="%", help="Matrix codes: finder and timing modules of the wrong colour"),
        Measure("axial_nonuniformity", unit="%", help="Matrix codes: width against height of the modules"),
        Measure("grid_nonuniformity", unit="%", help="Matrix codes: how far off an even grid, of a module"),
        Measure("unused_error_correction", unit="%", help="Matrix codes: error correction that was not needed"),
        Measure("edge_contrast", unit="%", help="Bars: the faintest edge; mean of ten scans"),
        Measure("edge_modulation", unit="%", help="Bars: the faintest edge against the symbol contrast"),
        Measure("defects", unit="%", help="Bars: unevenness inside a bar or space against the symbol contrast"),
        Measure(
            "decodability", unit="%", help="Bars: how much of a decoder's tolerance the widths leave; not all kinds"
        ),
    )
    readings: ClassVar[tuple[str, ...]] = ("code",)
    features: ClassVar[Mapping[str, Any]] = {"origin": Point}
    regions: ClassVar[tuple[int, int]] = (0, 64)

    symbologies: Annotated[tuple[Symbology, ...], Field(min_length=1)] = get_args(Symbology)
    """Which kinds are read; fewer are read faster, and nothing else is taken for a code"""
    fewest: Annotated[int, Field(ge=1, le=100)] = 1
    """Codes in each region: with less it is not found. The search ends when it has so many"""
    most: Annotated[int, Field(ge=1, le=100)] = 16
    """Codes in each region: further ones are left out"""
    order: Literal["rows", "left_to_right", "top_to_bottom", "regions"] = "rows"
    """How several are numbered: row by row from the top left, from left to right, from top to bottom, or region by
    region and row by row inside each"""
    effort: Effort = "normal"
    """quick: the decoder alone; normal: also places that look like a code, turned upright, and their modules drawn
    anew; thorough: also enlarged and inverted. More is tried only while less than the fewest are read"""
    text: TextForm = "plain"
    """plain: as encoded; readable: GS1 with brackets, control characters by name; escaped: those alone by name; hex"""
    grade: bool = False
    """Tell the print quality of Data Matrix, QR and linear codes"""
    home_x_px: float | None = None
    """As a fixture: where the middle of the first code lies in the taught image, from its left side (px)"""
    home_y_px: float | None = None
    """As a fixture: the same from its top (px)"""
    home_angle_deg: Annotated[float, Field(ge=-180, le=180)] = 0.0
    """As a fixture: how the first code is turned in the taught image, counter-clockwise (deg)"""

    @model_validator(mode="after")
    def _in_itself(self) -> Self:
        if self.fewest > self.most:
            raise ValueError(f"fewest {self.fewest} is above most {self.most}")
        if (self.home_x_px is None) != (self.home_y_px is None):
            raise ValueError("home_x_px and home_y_px belong together: give both or none")
        return self

    def measure(self, view: View) -> Findings:
        """Read the codes of all regions.

        Raises:
            ToolError: The time limit is over.
        """
        wanted = Wanted(frozenset(self.symbologies), self.fewest, self.most, self.text, self.effort)
        found = [self._read(view, region, wanted) for region in view.areas]
        findings = self._findings(self._ordered(found))
        short = next((i for i, some in enumerate(found) if len(some) < self.fewest), None)
        if short is not None:
            where = f" in region {short + 1}" if len(found) > 1 else ""
            findings.found, findings.reason = False, f"{len(found[short])} of {self.fewest} codes read{where}"
        return findings

    def _read(self, view: View, region: Region, wanted: Wanted) -> list["_Seen"]:
        """The codes whose middle lies in a region, their corners in the frame."""
        image, inside = _pixels(view, region)
        found = Search(image, wanted, view.check_time).run()
        kept = [code for code in found if inside is None or _holds(inside, code)]
        grades = [grade(image, code, view.check_time) if self.grade else None for code in kept]
        if region is not view.whole:
            kept = [code.at(region.to_frame(code.corners)) for code in kept]
        return [_Seen(code, given) for code, given in zip(kept, grades, strict=True)]

    def _ordered(self, found: list[list["_Seen"]]) -> list["_Seen"]:
        if self.order == "regions":
            return [one for some in found for one in _in_order(some, "rows")]
        return _in_order([one for some in found for one in some], self.order)

    def _findings(self, seen: list["_Seen"]) -> Findings:
        codes, grades = [one.code for one in seen], [one.grade for one in seen]
        places = [_place(code) for code in codes]
        objects = [
            Object(place, {} if given is None else {"grade": given.overall}, f"{code.symbology} {code.identifier}")
            for place, code, given in zip(places, codes, grades, strict=True)
        ]
        findings = Findings(
            count=len(codes),
            readings=[Reading("code", code.text, code.data) for code in codes],
            objects=Objects(len(codes), tuple(objects[:MOST_OBJECTS])),
            overlay=[_drawn(code) for code in codes[:MOST_OBJECTS]],
            features={"origin": places[0]} if places else {},
        )
        if places:
            first = places[0]
            findings.values |= {"x": first.x, "y": first.y, "angle_deg": first.angle_deg}
            findings.pose = self._pose(first)
        if known := [given for given in grades if given is not None]:
            worst = min(known, key=lambda given: given.overall)
            findings.values |= {"grade": worst.overall, **worst.values}
        return findings

    def _pose(self, first: Point) -> NDArray[np.float64] | None:
        if self.home_x_px is None or self.home_y_px is None:
            return None
        home = self.home_x_px, self.home_y_px
        return similarity(home, (first.x, first.y), first.angle_deg - self.home_angle_deg)


@dataclass(frozen=True, slots=True)
class _Seen:
    code: Code
    grade: Grade | None


def _pixels(view: View, region: Region) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """What is looked at, and what of it counts (None: all)."""
    view.check_time()
    image = np.asarray(view.upright(region, view.frame_grey), np.uint8)
    if region is view.whole:
        return image, None
    inside = view.upright_mask(region)
    if inside.all():
        return image, inside
    ground = np.uint8(np.median(image[inside > 0]) if inside.any() else 0)
    return np.where(inside > 0, image, ground), inside


def _holds(inside: NDArray[np.uint8], code: Code) -> bool:
    x, y = (round(v) for v in code.corners.mean(axis=0).tolist())
    return 0 <= y < inside.shape[0] and 0 <= x < inside.shape[1] and bool(inside[y, x])


def _in_order(seen: list[_Seen], order: Literal["rows", "left_to_right", "top_to_bottom"]) -> list[_Seen]:
    found = [Found(one, IDENTITY, one.code.corners) for one in seen]
    height = float(np.median([np.ptp(one.code.corners[:, 1]) for one in seen])) if seen else 0.0
    return [one.what for one in in_order(found, order, height)]


def _place(code: Code) -> Point:
    """Its middle, and how its upper side is turned."""
    x, y = code.corners.mean(axis=0).tolist()
    across = (code.corners[1] + code.corners[2] - code.corners[0] - code.corners[3]).tolist()
    return Point(x, y, math.degrees(math.atan2(-across[1], across[0])))


def _drawn(code: Code) -> Shape:
    text = code.text if len(code.text) <= LABEL else code.text[: LABEL - 1] + "…"
    return Shape(tuple(map(tuple, code.corners.tolist())), label=text, role="feature")
