"""Parts of 1280 x 960 px with print, a slot, a field of dots and a code, and the recipe that inspects them."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from zxingcpp import BarcodeFormat, create_barcode, write_barcode_to_image

from vision.frame import Acquisition, Frame
from vision.recipe import Recipe, save_recipe
from vision.teach import Example, save_lesson, teach_step, teaching_order

Picture = NDArray[np.uint8]
SIZE = (1280, 960)
TEXT = "PIPELINE-0042"
NOISE_GREY, TURN_DEG, SHIFT_PX = 2.0, 3.0, 15.0
DOTS = 40


def parts(seed: int, count: int) -> Iterator[Picture]:
    """The good part, shifted and turned a little, each with its own noise; the first lies as it is taught."""
    chance, noise, drawn = random.Random(seed), np.random.default_rng(seed), _part()
    for number in range(count):
        turn, dx, dy = (0.0 if not number else chance.uniform(-most, most) for most in (TURN_DEG, SHIFT_PX, SHIFT_PX))
        pose = cv2.getRotationMatrix2D((640, 480), turn, 1.0) + np.array([[0, 0, dx], [0, 0, dy]])
        moved = cv2.warpAffine(drawn, pose, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        grain = noise.normal(0, NOISE_GREY, moved.shape)
        yield np.clip(np.rint(moved + grain), 0, 255).astype(np.uint8)


def as_acquired(image: Picture) -> Acquisition:
    return Acquisition({"default": Frame(image, 0, 0, 0)})


def taught_recipe(folder: Path, good: Picture) -> Recipe:
    """Taught on one good part and saved in `folder`."""
    recipe, examples = _recipe(), [Example(as_acquired(good))]
    folder.mkdir(parents=True)
    for name in teaching_order(recipe):
        recipe = save_lesson(recipe, folder, name, teach_step(recipe, folder, name, examples))
    save_recipe(recipe, folder)
    return recipe


def _recipe() -> Recipe:
    steps = [
        _step("part", {"type": "locate", "angle_range_deg": 5}, (80, 80, 240, 200), {"score": {"low": 0.5}}, ""),
        _step("slot width", {"type": "caliper"}, (120, 420, 140, 30), {"width": {"low": 58, "high": 62}}),
        _step("slot height", {"type": "caliper"}, (175, 350, 30, 170), {"width": {"low": 118, "high": 122}}, turn=90),
        _step("print", {"type": "golden_template"}, (440, 80, 400, 400), {"defect_count": {"high": 0}}),
        _step("dots", {"type": "blob_count", "polarity": "dark"}, (440, 560, 400, 320), {"count": {"low": DOTS}}),
        _step("code", {"type": "code_reader"}, (900, 320, 300, 300), {"count": {"low": 1}}),
    ]
    for slot, step in enumerate(steps):
        step["slot"] = slot
    shown = {"format": 1, "job": 1, "name": "pipeline", "version": 1, "released": True, "time_limit_ms": 20000}
    return Recipe.model_validate(shown | {"steps": steps})


def _step(
    name: str,
    tool: Mapping[str, object],
    box: tuple[int, int, int, int],
    limits: Mapping[str, object],
    fixture: str = "part",
    turn: float = 0.0,
) -> dict[str, object]:
    x, y, width, height = box
    if turn:  # the rectangle of this box on the screen, which a caliper scans from below
        x, y, width, height = x + (width - height) // 2, y + (height - width) // 2, height, width
    region = {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height, "angle_deg": turn}
    step: dict[str, object] = {"name": name, "tool": tool, "regions": [region], "limits": limits}
    if fixture:
        step["fixture"] = fixture
    if tool["type"] in ("locate", "golden_template"):
        step["taught"] = name.replace(" ", "_")
    return step


def _part() -> Picture:
    """As a lens shows it, upright."""
    image = np.full((SIZE[1], SIZE[0]), 185, np.uint8)
    image[:, :40] = image[:, -40:] = 120
    _mark(image)
    cv2.rectangle(image, (160, 375), (219, 494), 60, cv2.FILLED)
    _print(image)
    for number in range(DOTS):
        cv2.circle(image, (480 + 45 * (number % 8), 600 + 60 * (number // 8)), 12, 50, cv2.FILLED, cv2.LINE_AA)
    code = np.array(write_barcode_to_image(create_barcode(TEXT, BarcodeFormat.QRCode), scale=8))
    image[370 : 370 + code.shape[0], 960 : 960 + code.shape[1]] = np.where(code > 127, 200, 40)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.0), np.uint8)


def _mark(image: Picture) -> None:
    """What the part is located by."""
    corners = np.array([(100, 100), (290, 100), (290, 150), (160, 150), (160, 250), (100, 250)])
    cv2.fillPoly(image, [corners], 70)
    cv2.circle(image, (240, 210), 35, 235, cv2.FILLED, cv2.LINE_AA)


def _print(image: Picture) -> None:
    """Lines of text and tracks, for the golden template."""
    for row in range(8):
        text = f"{row} LOT 7{row}31 {'ABCDEFGH'[row] * 3}"
        cv2.putText(image, text, (460, 125 + 46 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 60, 2, cv2.LINE_AA)
    for column in range(5):
        cv2.line(image, (760 + 15 * column, 90), (760 + 15 * column, 470), 90, 4)
