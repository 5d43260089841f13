"""The manual's example of steps that repeat: its recipe, pictures of its part, and the recipe taught from one."""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from service.cli import main

MANUAL = Path(__file__).parents[1] / "docs" / "groups.md"
CAPS = [(100, 340), (230, 352), (360, 335), (500, 346)]


def picture(
    path: Path,
    *,
    thin: tuple[int, ...] = (),
    caps: list[tuple[int, int]] = CAPS,
    bare: tuple[int, ...] = (),
    shift: tuple[int, int] = (0, 0),
) -> None:
    """A connector with 2 x 8 pins, 10 px wide at 36 and 60 px, and caps below; `thin` pins and `bare` caps from 1."""
    image = np.full((480, 640), 60, np.uint8)
    x, y = shift
    cv2.rectangle(image, (100 + x, 50 + y), (420 + x, 185 + y), 110, cv2.FILLED)
    cv2.rectangle(image, (240 + x, 40 + y), (280 + x, 60 + y), 110, cv2.FILLED)  # a key
    for i in range(16):
        left, top = 120 + 36 * (i % 8) + x, 75 + 60 * (i // 8) + y
        lost = 2 if i + 1 in thin else 0
        image[top : top + 30, left + lost : left + 10 - lost] = 200
    for i, (cx, cy) in enumerate(caps, 1):
        cv2.circle(image, (cx, cy), 24, 180, cv2.FILLED)
        cv2.rectangle(image, (cx + 14, cy - 4), (cx + 26, cy + 4), 60, cv2.FILLED)  # a notch
        cv2.circle(image, (cx, cy), 9, 90 if i in bare else 150, cv2.FILLED)
    noise = np.random.default_rng(1).normal(0, 1.5, image.shape)
    cv2.imwrite(str(path), np.clip(cv2.GaussianBlur(image, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8))


def the_manuals_recipe() -> dict[str, Any]:
    (text,) = re.findall(r"^```json\n(.*?)^```$", MANUAL.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    data: dict[str, Any] = json.loads(text)
    return data


def taught(recipe: Path, image: Path, **changes: Any) -> None:
    """Write the manual's recipe below `recipe`, teach it from a good part that is drawn as `image`, and release it."""
    recipe.mkdir(parents=True)
    (recipe / "draft.json").write_text(json.dumps(the_manuals_recipe() | changes))
    image.parent.mkdir(parents=True, exist_ok=True)
    picture(image)
    assert main(["teach", str(recipe), str(image), "--release"]) == 0
