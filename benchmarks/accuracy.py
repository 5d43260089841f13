"""The product's tools in the form that the scorer of the shared image sets asks for."""

from dataclasses import replace
from functools import cached_property, lru_cache

import cv2
import numpy as np

from vision.calibrate import Chessboard, KnownLens, find_plane, learn_lens
from vision.calibration import Calibration
from vision.errors import TeachError
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, Rectangle
from vision.tool import NOT_TAUGHT, Prepared, Region, Sample, View
from vision.tools.anomaly import Anomaly
from vision.tools.caliper import Caliper
from vision.tools.code_reader import CodeReader
from vision.tools.golden_template import GoldenTemplate
from vision.tools.locate import Locate
from vision.tools.presence import Presence
from vision.tools.text import Text

BOX_MARGIN_PX = 8  # DeepPCB's boxes lie loosely round the defects
LEAST_DEFECT_PX = 15
APART_PX = 40  # of the places that are told of a surface
CLASSES = {  # copper is dark
    "brighter, alone": "pin-hole",
    "brighter, touches": "mousebite",
    "brighter, encloses": "mousebite",
    "brighter, joins": "open",
    "darker, alone": "copper",
    "darker, touches": "spur",
    "darker, encloses": "spur",
    "darker, joins": "short",
}

DOT_FONT = """
    03E5149453E 100427F4000 24261514946 32141454B31 41814127F10 52745454539 63C4A494930 70171090503 83649494936
    9064949291E A7E1111117E B7F49494936 C3E41414122 D7F4141221C E7F49494941 F7F09090901 G3E4149497A H7F0808087F
    J2040413F01 K7F08142241 L7F40404040 M7F020C027F N7F0408107F O3E4141413E P7F09090906 R7F09192946 S4649494931
    T01017F0101 U3F4040403F V1F2040201F X6314081463 Y0708700807 Z6151494543 /2010080402 .0060600000 :0036360000
    -0808080808
"""
"""The usual 5 x 7 characters, each with its five columns in hexadecimal, the top row the lowest bit."""
DOT_PITCH_PX = 6
DOT_MATRIX = {"min_score": 0.33, "min_characters": 8}  # other text is left to the general reader

cv2.setNumThreads(1)


@lru_cache(maxsize=64)  # those of a recipe stay where they are
def region(rectangle: Rectangle, shape: tuple[int, ...]) -> Region:
    """A rectangle as the pipeline hands it to a tool, on a frame of `shape`."""
    return place_regions((rectangle,), (), IDENTITY, (shape[0], shape[1]))[0]


@lru_cache(maxsize=64)
def scanned(x: float, y: float, angle_deg: float, length: float, width: float, shape: tuple[int, ...]) -> Region:
    """The region about (x, y) that a caliper scans."""
    left, top = x - (length - 1) / 2, y - (width - 1) / 2
    return region(Rectangle(x=left, y=top, width=length, height=width, angle_deg=angle_deg), shape)


def hottest(heat: np.ndarray) -> list[list[int]]:
    """The three hottest places of a heat map as small boxes, the hottest first, each well apart from the others."""
    heat, boxes = heat.copy(), []
    for _ in range(3):
        x, y = cv2.minMaxLoc(heat)[3]
        boxes.append([x - 1, y - 1, x + 1, y + 1])
        cv2.circle(heat, (x, y), APART_PX, 0, cv2.FILLED)
    return boxes


def dot_matrix() -> tuple[np.ndarray, str]:
    """Each character drawn once, dark on light, and what they are."""
    finer, pitch = 4, 4 * DOT_PITCH_PX
    columns = {row[0]: bytes.fromhex(row[1:]) for row in DOT_FONT.split()}
    ink = np.zeros((11 * pitch, 6 * pitch * len(columns)), np.uint8)
    for i, bits in enumerate(columns.values()):
        for column, row in np.ndindex(5, 7):
            if bits[column] >> row & 1:
                centre = ((6 * i + column + 1) * pitch, (row + 2) * pitch)
                cv2.circle(ink, centre, round(0.38 * pitch), 255, -1, cv2.LINE_AA)
    small = cv2.resize(ink, None, fx=1 / finer, fy=1 / finer, interpolation=cv2.INTER_AREA)
    return 200 - cv2.GaussianBlur(small, (0, 0), 1.1) // 2, "".join(columns)


class Detector:
    """One instance scores one task."""

    def __init__(self) -> None:
        self._shapes: dict[str, Prepared] = {}
        self._surfaces: dict[str, Prepared] = {}
        self._lens: KnownLens | None = None
        self._codes = CodeReader(text="readable")
        self._caliper = Caliper().prepare(NOT_TAUGHT, Calibration())

    @cached_property
    def _texts(self) -> tuple[Prepared, Prepared]:
        sheet, characters = dot_matrix()
        dots = Text(reader="taught", **DOT_MATRIX)
        font = dots.teach([Sample(View(sheet), (characters,))])
        return (dots.prepare(font, Calibration()), Text().prepare(NOT_TAUGHT, Calibration()))

    def deeppcb(self, test: np.ndarray, template: np.ndarray) -> list[list[object]]:
        tool = GoldenTemplate(max_shift_px=20, threshold_grey=100, min_area_px=LEAST_DEFECT_PX, light="as_is")
        ready = tool.prepare(tool.teach([Sample(View(template))]), Calibration())
        found = ready.measure(View(test))
        boxes: list[list[object]] = []
        assert found.objects
        for shape, defect in zip(found.overlay, found.objects.first, strict=True):
            points = np.array(shape.points)
            low, high = points.min(axis=0) - BOX_MARGIN_PX, points.max(axis=0) + BOX_MARGIN_PX
            boxes.append([*low.tolist(), *high.tolist(), defect.values["area"], CLASSES[defect.label]])
        return boxes

    def screws_teach(self, images: list[np.ndarray], rois: list[list[int]], present: list[list[int]]) -> None:
        self._places = [Rectangle(x=a, y=b, width=c - a, height=d - b) for a, b, c, d in rois]
        tool = Presence()
        taught = tool.teach(
            [
                Sample(self._screws(image), tuple("good" if one else "bad" for one in there))
                for image, there in zip(images, present, strict=True)
            ]
        )
        self._presence = tool.prepare(taught, Calibration())

    def screws(self, image: np.ndarray) -> list[float]:
        return list(self._presence.measure(self._screws(image)).values["score"])

    def _screws(self, image: np.ndarray) -> View:
        return View(image, tuple(region(place, image.shape) for place in self._places))

    def ballscrew_teach(self, position: str, images: list[np.ndarray]) -> None:
        tool = Anomaly(max_shift_px=0, width_px=576)
        self._surfaces[position] = tool.prepare(tool.teach([Sample(View(image)) for image in images]), Calibration())

    def ballscrew(self, position: str, image: np.ndarray) -> dict[str, object]:
        found = self._surfaces[position].measure(View(image, layers=frozenset({"heat"})))
        return {"score": found.values["score"][0], "boxes": hottest(found.layers["heat"])}

    def shape_teach(self, name: str, template: np.ndarray, mask: np.ndarray, radius: int) -> None:
        h, w = template.shape
        area = region(Rectangle(x=0, y=0, width=w, height=h), template.shape)
        tool = Locate(angle_range_deg=180, scale_min=0.9, scale_max=1.1, min_score=0.4)
        taught = tool.teach([Sample(View(template, (replace(area, mask=mask),)))])
        self._shapes[name] = tool.prepare(taught, Calibration())

    def shape(self, name: str, image: np.ndarray) -> list[float] | None:
        found = self._shapes[name].measure(View(image))
        if not found.found:
            return None
        return [found.values[k] for k in ("x", "y", "angle_deg", "score")]

    def caliper(
        self, image: np.ndarray, center: list[float], angle_deg: float, length: float, width: float
    ) -> list[float] | None:
        area = scanned(center[0], center[1], -angle_deg, length, width, image.shape)  # the scorer counts clockwise
        found = self._caliper.measure(View(image, (area,)))
        if not found.found:
            return None
        return [found.values["width"], found.values["position"] - length / 2]

    def ocr(self, image: np.ndarray) -> str:
        """Dot matrix by its font, and what that does not explain by the general reader."""
        found = (reader.measure(View(image)) for reader in self._texts)
        return next((one.readings[0].text for one in found if one.found), "")

    def codes(self, image: np.ndarray) -> list[str]:
        return [reading.text for reading in self._codes.measure(View(image)).readings]

    def calib_teach(self, images: list[np.ndarray], inner_corners: list[int]) -> None:
        self._lens = learn_lens([Chessboard(*inner_corners, 1.0).sighting(image) for image in images])

    def calib(self, image: np.ndarray, inner_corners: list[int], points: list[list[float]]) -> list[list[float]] | None:
        try:
            found = find_plane(Chessboard(*inner_corners, 1.0).sighting(image), self._lens)
        except TeachError:
            return None
        return found.calibration.points(np.array(points)).tolist()
