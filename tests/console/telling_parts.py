"""A station whose parts tell by their own pixels how they have to be judged: what is drawn over them can be held to it.

Two places decide. Where the light falls a part that passes is bright and one that fails is dark; a part whose block is
missing is ERROR, for nothing is there to be measured.
"""

import json
import random
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.frame import Image

from ..conftest import Running

WIDTH, HEIGHT = 640, 480
LIGHT = (40, 40, 100, 80)  # x, y, width, height in px
BLOCK = (300, 200, 80, 60)
JUDGEMENTS = ("PASS", "FAIL", "ERROR")
BRIGHT, DARK, GROUND = 200, 60, 170

LOOKS = f"""(samples) => new Promise((done) => {{
    const small = new OffscreenCanvas({WIDTH // 10}, {HEIGHT // 10});
    const pixels = small.getContext("2d", {{ willReadFrequently: true }});
    const grey = (x, y) => pixels.getImageData(Math.round(x / 10), Math.round(y / 10), 1, 1).data[0];
    const said = {{ samples: 0, frames: new Set(), judged: {{ PASS: 0, FAIL: 0, ERROR: 0 }}, wrong: [] }};
    const look = () => {{
        const frame = document.querySelector("[data-testid=frame]");
        const overlay = document.querySelector("[data-testid=overlay]");
        if (frame.dataset.frameId !== overlay?.dataset.frameId)
            said.wrong.push([frame.dataset.frameId, overlay?.dataset.frameId]);
        const has = (look) => overlay?.querySelector(look) != null;
        if (has("g")) {{  // a judged part, no live frame
            pixels.drawImage(frame, 0, 0, small.width, small.height);
            const block = grey({BLOCK[0] + BLOCK[2] // 2}, {BLOCK[1] + BLOCK[3] // 2}) < 100;
            const light = grey({LIGHT[0] + LIGHT[2] // 2}, {LIGHT[1] + LIGHT[3] // 2}) > 128;
            const is = block ? (light ? "PASS" : "FAIL") : "ERROR";
            const drawn = has(".o-error") ? "ERROR" : has(".o-fail, .o-edge") ? "FAIL" : "PASS";
            if (is !== drawn) said.wrong.push([frame.dataset.frameId, is, drawn]);
            said.judged[is] += 1;
        }}
        said.frames.add(frame.dataset.frameId);
        said.samples += 1;
        if (said.samples < samples) setTimeout(() => requestAnimationFrame(look), 20);  // the page has its own to do
        else done({{ ...said, frames: said.frames.size }});
    }};
    requestAnimationFrame(look);
}})"""
"""In the page: at so many animation frames, whether overlay and pixels are of one frame and of one judgement.

Gives samples, frames (how many were seen), judged (samples by judgement) and wrong, a line each.
"""


def part(judgement: str) -> Image:
    """One that has to be judged so."""
    image = np.full((HEIGHT, WIDTH), GROUND, np.uint8)
    _fill(image, LIGHT, DARK if judgement == "FAIL" else BRIGHT)
    if judgement != "ERROR":
        _fill(image, BLOCK, 40)
    return image


def _fill(image: Image, box: tuple[int, int, int, int], grey: int) -> None:
    x, y, width, height = box
    image[y : y + height, x : x + width] = grey


def telling_station(folder: Path, chance: random.Random, **environment: str) -> Running:
    """Not yet started; every judgement comes among the first three parts, then as it falls."""
    parts, recipes = folder / "parts", folder / "recipes"
    parts.mkdir(parents=True)
    for number, judgement in enumerate([*JUDGEMENTS, *chance.choices(JUDGEMENTS, k=57)]):
        cv2.imwrite(str(parts / f"part{number}.png"), part(judgement))
    (recipes / "told").mkdir(parents=True)
    (recipes / "told" / "recipe.json").write_text(json.dumps(_recipe()))
    own = {
        "VISION_STATION__RECIPE_FOLDER": str(recipes),
        "VISION_STATION__COMMIT_LIMIT_MS": "20000",  # a slow disk of a test machine is no fault
        "VISION_STATION__ACQUISITION_LIMIT_MS": "20000",
        "VISION_CAMERA__TYPE": "folder",
        "VISION_CAMERA__PATH": str(parts),
    }
    return Running(folder, own | environment)


def _recipe() -> dict[str, Any]:
    x, y, width, height = BLOCK
    steps = [
        {
            "name": "light",
            "tool": {"type": "brightness"},
            "regions": [_rectangle(*LIGHT)],
            "limits": {"mean": {"low": 128, "high": 255}},
        },
        {
            "name": "block",
            "tool": {"type": "caliper"},
            "regions": [_rectangle(x - 30, y + height // 4, width + 60, height // 2)],
            "not_found": "error",
        },
    ]
    return {
        "format": 1,
        "job": 1,
        "name": "told",
        "version": 1,
        "released": True,
        "time_limit_ms": 20000,
        "steps": steps,
    }


def _rectangle(x: int, y: int, width: int, height: int) -> dict[str, Any]:
    return {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height}
