"""Make the recipes that ship with the station, for the bracket of the simulated line.

``python -m deploy.shipped_recipes FOLDER`` writes them; ``config/recipes`` holds what it wrote.
Places come from the drawn bracket's nominal geometry, masters from one good part that lies exactly in its place,
limits from the spread of good parts and from the smallest defects, halfway between.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vision.cameras import SimulatedCamera, SimulatedSettings
from vision.cameras.bracket import BRACKET
from vision.frame import Acquisition, Shot
from vision.recipe import Recipe, Signed, release_draft, save_draft
from vision.teach import Example, save_lesson, teach_step

Entry = dict[str, Any]

MM_PER_PX = 0.02
LIGHT, NOT_FOUND, MISSING, WIDTH, LENGTH, BEND, BURR, HOLE, SCRATCH, CODE = range(1, 11)
CLASSES = {
    LIGHT: "too dark or too bright",
    NOT_FOUND: "part not found",
    MISSING: "pin missing",
    WIDTH: "pin width",
    LENGTH: "pin length",
    BEND: "pin bent",
    BURR: "burr",
    HOLE: "hole blocked",
    SCRATCH: "scratch",
    CODE: "code smudged",
}
SHIPPED = Signed("vision-inspection", "shipped with the station", "2026-11-25T00:00:00Z")
IN_PLACE = SimulatedSettings(defect_rate=0, jitter_px=0, rotation_deg=0, light_drift=0)


def make_recipes(folder: Path) -> None:
    """Write the recipes below `folder`, each as its version 1; what stood under their names is replaced."""
    for recipe in (bracket(), light()):
        place = folder / recipe.name
        shutil.rmtree(place, ignore_errors=True)
        for step in [one.name for one in recipe.steps if one.tool.learns]:
            recipe = save_lesson(recipe, place, step, teach_step(recipe, place, step, [good_part()]))
        save_draft(recipe, place)
        release_draft(place, SHIPPED)


def bracket() -> Recipe:
    """Job 1: everything that can be wrong with a bracket, by name."""
    pins = [step for i in range(4) for step in pin(i)]
    holes = [hole(i) for i in range(3)]
    return recipe(
        1, "bracket", "The machined bracket of the simulated line.", [table(), part(), *pins, *holes, *face()]
    )


def light() -> Recipe:
    """Job 2: little, to try a change of job with."""
    return recipe(2, "bracket-light", "Light and place of the bracket alone.", [table(), part()])


def recipe(job: int, name: str, description: str, steps: list[Entry]) -> Recipe:
    used = {step["reject_class"] for step in steps}
    return Recipe.model_validate(
        {
            "job": job,
            "name": name,
            "description": description,
            "calibration": {"mm_per_px": MM_PER_PX},
            "image": {"width": 1280, "height": 960, "channels": 1, "bits": 8},
            "steps": steps,
            "reject_classes": [{"number": n, "name": name} for n, name in CLASSES.items() if n in used],
        }
    )


def table() -> Entry:
    """The light table beside the part: 229 grey levels, and the lamps drift by 3 %."""
    corners = [rectangle(x, y, 100, 80) for x in (40, 1140) for y in (40, 840)]
    return {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": corners,
        "slot": 0,
        "reject_class": LIGHT,
        "limits": {"mean": {"low": 150, "high": 250, "warn_low": 175, "warn_high": 240}},
    }


def part() -> Entry:
    """By the plate's left end with its ear: nothing round alone, or it could be found turned.

    The small holes are left out, as they may be blocked, and so is the brushing, which is another on every plate.
    Where nothing was seen for want of light it is not looked for.
    """
    ear, plate = BRACKET.ears[0], BRACKET.plate
    left, top = ear.left - 8, plate.top - 13
    model = rectangle(left, top, 262, plate.bottom + 20 - top)
    x, y = model["x"] + model["width"] / 2, model["y"] + model["height"] / 2
    return {
        "name": "part",
        "tool": {"type": "locate", "angle_range_deg": 6, "min_score": 0.5, "min_contrast_grey": 40},
        "regions": [model, rectangle(x - 40, y - 40, 80, 80)],
        "masks": around_holes(),
        "taught": "part",
        "slot": 1,
        "reject_class": NOT_FOUND,
        "run_if": {"step": "light", "outcome": "passed"},
    }


def pin(index: int) -> Iterator[Entry]:
    """What a pin is looked at for, one after the other: a pin that is missing is not short besides."""
    name, before = f"pin {index + 1}", ""
    for what, entry in PIN_CHECKS.items():
        condition = {"run_if": {"step": f"{name} {before}", "outcome": "passed"}} if before else {}
        yield {"name": f"{name} {what}", "fixture": "part", **condition, **entry(index, BRACKET.pins.centres[index])}
        before = what


def pin_present(_: int, x: float) -> Entry:
    return {
        "tool": {"type": "brightness"},
        "regions": [rectangle(x - 6, 700, 12, 56)],
        "reject_class": MISSING,
        "limits": {"mean": {"low": 0, "high": 110}},
    }


def pin_width(index: int, x: float) -> Entry:
    return {
        "tool": {"type": "caliper", "polarity": "light_to_dark", "min_contrast_grey": 60},
        "regions": [rectangle(x - 34, 696, 68, 14)],
        "slot": 2 + index,
        "reject_class": WIDTH,
        "limits": {"width": {"low": 0.62, "high": 0.7, "nominal": 0.66}},
    }


def pin_length(index: int, x: float) -> Entry:
    """From the foot, although the scan begins further down."""
    foot = (739.5 - BRACKET.pins.top) * MM_PER_PX
    tool = {"type": "caliper", "polarity": "dark_to_light", "mode": "edge", "select": "last", "min_contrast_grey": 20}
    return {
        "tool": tool,
        "regions": [downwards(x, 740, 60, 120)],
        "slot": 6 + index,
        "reject_class": LENGTH,
        "limits": {"width": {"low": 3.0, "high": 3.3, "nominal": 3.16, "offset": foot}},
    }


def pin_bend(index: int, x: float) -> Entry:
    """How far the pin's left side stands from where it belongs, short of the tip."""
    side = (56.5 - BRACKET.pins.width / 2) * MM_PER_PX
    tool = {"type": "caliper", "mode": "edge", "polarity": "light_to_dark", "select": "first", "min_contrast_grey": 60}
    return {
        "tool": tool,
        "regions": [rectangle(x - 56, 789, 76, 9)],
        "slot": 10 + index,
        "reject_class": BEND,
        "limits": {"width": {"low": -0.08, "high": 0.08, "nominal": 0, "offset": -side}},
    }


def pin_burr(index: int, x: float) -> Entry:
    return {
        "tool": {"type": "blob_count", "polarity": "dark", "threshold": 140, "min_area_px": 15},
        "regions": [rectangle(x - 40, 704, 20, 84), rectangle(x + 20, 704, 20, 84)],
        "slot": 20 + index,
        "reject_class": BURR,
        "limits": {"count": {"high": 0}},
    }


PIN_CHECKS: dict[str, Callable[[int, float], Entry]] = {
    "present": pin_present,
    "width": pin_width,
    "length": pin_length,
    "bend": pin_bend,
    "burr": pin_burr,
}


def hole(index: int) -> Entry:
    """Light comes through, or something is in it."""
    place = BRACKET.small_holes[index]
    return {
        "name": f"hole {index + 1}",
        "tool": {"type": "brightness"},
        "fixture": "part",
        "regions": [circle(place.x, place.y, place.radius - 4)],
        "slot": 24 + index,
        "reject_class": HOLE,
        "limits": {"mean": {"low": 180}},
    }


def face() -> Iterator[Entry]:
    """The plate above its slot, which is the same on every part, and the code, which is not."""
    plate, bore, code = BRACKET.plate, BRACKET.bore, BRACKET.code
    yield {
        "name": "surface",
        "tool": {"type": "golden_template", "threshold_grey": 28, "min_area_px": 25, "max_shift_px": 1},
        "fixture": "part",
        "regions": [
            rectangle(plate.left + 44, plate.top + 6, plate.right - plate.left - 88, BRACKET.slot.top - plate.top - 26)
        ],
        "masks": [marked(), circle(bore.x, bore.y, bore.radius + 4), *around_holes()],
        "taught": "surface",
        "slot": 14,
        "reject_class": SCRATCH,
        "limits": {"defect_count": {"high": 0}},
    }
    side = (code.right - code.left) / 3
    yield {
        "name": "code contrast",
        "tool": {"type": "brightness"},
        "fixture": "part",
        "regions": [
            rectangle(code.left + side * i, code.top + side * j, side, side) for j in range(3) for i in range(3)
        ],
        "slot": 15,
        "reject_class": CODE,
        "limits": {"std": {"low": 20}},
    }


def marked() -> Entry:
    """The pocket with the code, which is another on every part."""
    box = BRACKET.pocket
    return rectangle(box.left - 5, box.top - 5, box.right - box.left + 10, box.bottom - box.top + 10)


def around_holes() -> list[Entry]:
    """The small holes with their countersinks."""
    return [circle(hole.x, hole.y, hole.radius + 14) for hole in BRACKET.small_holes]


def rectangle(x: float, y: float, width: float, height: float) -> Entry:
    """Edge lines, as the geometry gives them, half a px beside the pixels' centres."""
    return {
        "kind": "rectangle",
        "x": round(x, 2),
        "y": round(y, 2),
        "width": round(width, 2),
        "height": round(height, 2),
    }


def downwards(x: float, top: float, width: float, height: float) -> Entry:
    """A rectangle that is scanned from its upper to its lower side."""
    centre = top + (height - 1) / 2
    left, upper = x - (height - 1) / 2, centre - (width - 1) / 2
    return {**rectangle(left, upper, height, width), "angle_deg": -90}


def circle(x: float, y: float, radius: float) -> Entry:
    return {"kind": "circle", "x": x, "y": y, "radius": radius}


def good_part() -> Example:
    """Part number 0 of the line, exactly in its place."""
    camera = SimulatedCamera(IN_PLACE)
    camera.open()
    acquisition: Acquisition = camera.acquire([Shot()], time.monotonic_ns() + 10_000_000_000)
    camera.close()
    return Example(acquisition)


if __name__ == "__main__":
    make_recipes(Path(sys.argv[1]))
