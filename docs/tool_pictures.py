"""The pictures of the tools' pages, made by running the tools: ``python -m docs.tool_pictures [TYPE ...]``."""

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from docs.tool_examples import EXAMPLES, Example, Picture
from docs.tool_pages import FOLDER
from vision.frame import Acquisition, Frame, Inputs
from vision.overlay import draw
from vision.pipeline import inspect, prepare
from vision.recipe import Recipe
from vision.result import InspectionResult
from vision.teach import Example as Part
from vision.teach import bring_files, save_lesson, teach_step, teaching_order
from vision.tool_catalogue import picture as small_picture

WIDTH, QUALITY = 640, 85
SMALL_WIDTH, SMALL_QUALITY = 320, 75  # of those that the station shows where tools are chosen


def picture(example: Example) -> Picture:
    """The window of the scene with what the steps found."""
    result, frame = judged(example)
    shown = draw(frame.image, result, frame.full_scale)
    if example.window:
        x, y, width, height = example.window
        shown = shown[y : y + height, x : x + width]
    scale = WIDTH / shown.shape[1]
    return np.asarray(
        cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC),
        np.uint8,
    )


def judged(example: Example) -> tuple[InspectionResult, Frame]:
    """The result of the example's steps on its scene, and the frame."""
    steps = [*example.before, example.step]
    recipe = Recipe.model_validate(
        {"job": 1, "name": "example", "time_limit_ms": 60_000, "steps": steps} | dict(example.more)
    )
    with tempfile.TemporaryDirectory() as folder:
        shots = example.teach or (example.scene,)
        for name in teaching_order(recipe):
            labels = [{name: tuple(given)} for given in example.labels] if name == example.step["name"] else []
            parts = [Part(_acquired(one()), labels[i] if labels else {}) for i, one in enumerate(shots)]
            recipe = save_lesson(recipe, Path(folder), name, teach_step(recipe, Path(folder), name, parts))
        if example.brings:
            name = example.step["name"]
            recipe = save_lesson(recipe, Path(folder), name, bring_files(recipe, name, example.brings()))
        acquisition = _acquired(example.scene())
        return inspect(acquisition, prepare(recipe, Path(folder)), Inputs()), next(iter(acquisition.frames.values()))


def _acquired(image: Picture) -> Acquisition:
    return Acquisition({"default": Frame(image, 1, 0, 0)})


def main() -> None:
    """Those of the types that are named; none = all."""
    FOLDER.mkdir(exist_ok=True)
    for kind in sys.argv[1:] or EXAMPLES:
        large = picture(EXAMPLES[kind])
        cv2.imwrite(str(FOLDER / f"{kind}.jpg"), large, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        scale = SMALL_WIDTH / WIDTH
        small = cv2.resize(large, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(small_picture(kind)), small, [cv2.IMWRITE_JPEG_QUALITY, SMALL_QUALITY])
        print(f"docs/tools/{kind}.jpg made, and a small one in vision/pictures")


if __name__ == "__main__":
    main()
