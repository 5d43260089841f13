"""What the pages of the tools show: a scene, the steps that look at it, and in words what is to be seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

    @property
    def shown(self) -> Mapping[str, Any]:
        return self.step


def _rectangle(x: float, y: float, width: float, height: float, angle_deg: float = 0.0) -> dict[str, Any]:
    return {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height} | (
        {"angle_deg": angle_deg} if angle_deg else {}
    )


EXAMPLES: Mapping[str, Example] = {
    "brightness": Example(
        "Four fields round the part show whether the light is as it was",
        scenes.bracket,
        {
            "name": "light",
            "tool": {"type": "brightness"},
            "regions": [_rectangle(x, y, 100, 80) for y in (40, 840) for x in (40, 1140)],
            "limits": {"mean": {"low": 150, "high": 250}},
        },
    ),
    "caliper": Example(
        "The width of a pin between its two edges",
        scenes.bracket,
        {
            "name": "pin",
            "tool": {"type": "caliper", "polarity": "light_to_dark"},
            "regions": [_rectangle(345, 740, 100, 20)],
            "limits": {"width": {"low": 0.6, "high": 0.7}},
        },
        window=(330, 640, 320, 240),
        more={"calibration": {"mm_per_px": 0.02}},
    ),
    "display": Example(
        "A display read as text and number",
        scenes.counter,
        {
            "name": "counter",
            "tool": {"type": "display", "polarity": "light", "digits": 4},
            "regions": [_rectangle(100, 40, 440, 160)],
            "limits": {"value": {"low": 24.5, "high": 25.5}},
        },
    ),
    "gauge": Example(
        "A pressure gauge, whose scale is taught by two points",
        scenes.dial,
        {
            "name": "pressure",
            "tool": {"type": "gauge", "angle1_deg": 225, "value1": 0, "angle2_deg": -45, "value2": 10},
            "regions": [{"kind": "ring_sector", "x": 320, "y": 260, "inner": 50, "outer": 140}],
            "limits": {"value": {"low": 4, "high": 4.5}},
        },
        window=(80, 20, 480, 400),
    ),
    "text": Example(
        "Two lines read by the general reader",
        scenes.lot_code,
        {
            "name": "code",
            "tool": {"type": "text", "lines": 2, "formats": ["LOT @####", "EXP ##/##/####"]},
            "regions": [_rectangle(30, 30, 580, 180)],
            "limits": {"score": {"low": 0.6}},
        },
    ),
}
