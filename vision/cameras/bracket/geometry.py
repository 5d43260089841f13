"""The drawn bracket's nominal places, as a recipe needs them.

All in px of the 1280 x 960 frame at nominal pose; pixel centres lie on integers, y runs down. A `Box` is given by the
lines of its edges, not by the pixels it covers.
"""

from dataclasses import dataclass

WIDTH_PX = 1280
HEIGHT_PX = 960


@dataclass(frozen=True, slots=True)
class Circle:
    """A round hole or boss."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle between edge lines, its corners rounded by `corner`."""

    left: float
    top: float
    right: float
    bottom: float
    corner: float = 0.0


@dataclass(frozen=True, slots=True)
class PinRow:
    """Four turned pins that point down out of the foot."""

    centres: tuple[float, float, float, float] = (395.0, 558.0, 721.0, 884.0)  # x of each axis
    width: float = 33.0  # of the shank
    collar_width: float = 48.0
    top: float = 668.0  # where the collar leaves the foot
    collar_bottom: float = 690.0
    tip: float = 826.0
    taper: float = 26.0  # length of the narrowing end
    shank_y: float = 740.0  # a good height to measure the width at


@dataclass(frozen=True, slots=True)
class Bracket:
    """Where everything is on a part that lies exactly in its place."""

    plate: Box = Box(292, 168, 988, 640, 30)
    ears: tuple[Box, Box] = (Box(178, 250, 330, 500, 62), Box(950, 250, 1102, 500, 62))
    foot: Box = Box(352, 600, 928, 668, 12)
    mount_holes: tuple[Circle, Circle] = (Circle(252, 375, 40), Circle(1028, 375, 40))
    counterbore_radius: float = 62.0
    bore: Circle = Circle(560, 400, 92)
    dish_radius: float = 142.0  # the turned dish round the bore
    small_holes: tuple[Circle, Circle, Circle] = (Circle(405, 243, 17), Circle(405, 560, 17), Circle(880, 560, 17))
    slot: Box = Box(720, 500, 826, 536, 18)
    pocket: Box = Box(736, 226, 944, 434, 18)
    code: Box = Box(763.2, 253.2, 916.8, 406.8)  # the Data Matrix without its quiet zone
    serial_text: Box = Box(436, 584, 712, 612)  # the line "B12-R7  0048213"
    pins: PinRow = PinRow()

    @property
    def outline(self) -> Box:
        """The smallest box round plate, ears and pins."""
        return Box(self.ears[0].left, self.plate.top, self.ears[1].right, self.pins.tip)


BRACKET = Bracket()
