"""The pictures of docs/console.md, made of the running console: `CONSOLE_PICTURES=docs/console` keeps them there.

CONSOLE_PICTURES=docs/console python -m pytest -m browser tests/console/test_pictures.py
"""

import os
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import expect

from .conftest import Visit, Visits

pytestmark = pytest.mark.browser

DOCUMENT = Path(__file__).parents[2] / "docs/console.md"
QUALITY = 80  # of WebP: text stays crisp
SHOWN = {  # what the address opens, and what has to be seen there before the picture is taken
    "run": ("#/run", '[data-testid="verdict"]'),
    "kiosk": ("#/run?kiosk=1", '[data-testid="frame"][data-frame-id]'),
    "teach-image": ("#/teach/1?part=image", '[data-testid="found"]'),
    "teach-tools": ("#/teach/1?part=tools", '[data-testid="found"]'),
    "teach-limits": ("#/teach/1?part=limits", '[data-testid="handles"]'),
    "teach-release": ("#/teach/1?part=release", "main"),
    "history": ("#/history/1?judgement=ALL", '[data-testid="overlay"]'),
    "plc": ("#/plc", '[data-testid="wave"]'),
    "system-users": ("#/system/users", "main"),
    "system-storage": ("#/system/storage", "main table"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go."""
    chosen = Path(os.environ.get("CONSOLE_PICTURES", tmp_path))
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_every_page_has_its_picture(visit: Visits, folder: Path, theme: str) -> None:
    async with visit(color_scheme=theme) as shown:
        for _ in range(8):
            await shown.trigger()
        for name, (address, seen) in SHOWN.items():
            picture = await picture_of(shown, address, seen)
            assert picture.shape == (800, 1280, 3)
            assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50, f"{name} is empty"
            cv2.imwrite(str(folder / f"{name}-{theme}.webp"), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


async def picture_of(shown: Visit, address: str, seen: str) -> np.ndarray:
    """BGR, once all that was asked for has come."""
    page = shown.page
    await page.goto(page.url.split("#")[0] + address)
    await page.locator(seen).first.wait_for(state="attached")
    await expect(page.get_by_text("Loading the page.")).to_have_count(0)
    if not address.startswith("#/teach"):  # there images are measured, which may go on
        await expect(page.locator("main .mark-busy")).to_have_count(0)
    picture = cv2.imdecode(np.frombuffer(await page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def test_the_document_shows_each_in_both_themes() -> None:
    named = set(re.findall(r"\(console/([\w-]+)\.webp\)", DOCUMENT.read_text("utf-8")))
    assert named == {f"{name}-{theme}" for name in SHOWN for theme in ("dark", "light")}
    assert {path.stem for path in (DOCUMENT.parent / "console").glob("*.webp")} == named
