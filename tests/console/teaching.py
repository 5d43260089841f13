"""A recipe of one's own in the console's editor, with an image that was drawn for it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from playwright.async_api import APIRequestContext, CDPSession, Page, expect

from .conftest import Visit, Visits

WIDTH, HEIGHT = 640, 480
BLOCK = (300, 200, 80, 60)  # x, y, width, height of what is dark on the image


def image() -> bytes:
    """A dark block on a light ground, as a PNG."""
    drawn = np.full((HEIGHT, WIDTH), 200, np.uint8)
    x, y, width, height = BLOCK
    drawn[y : y + height, x : x + width] = 40
    return cv2.imencode(".png", drawn)[1].tobytes()


def rectangle(x: float, y: float, width: float, height: float) -> dict[str, Any]:
    return {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height, "angle_deg": 0}


def step(name: str, *regions: Mapping[str, Any], tool: str = "brightness", **more: Any) -> dict[str, Any]:
    return {"name": name, "tool": {"type": tool}, "regions": list(regions), **more}


@dataclass
class Editor:
    """The page with a recipe open, and the station behind it."""

    visit: Visit
    job: int
    station: str
    image: str  # identifier of the one that is lent

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def api(self) -> APIRequestContext:
        return self.page.request

    async def draft(self) -> dict[str, Any]:
        """Its content as the station has it."""
        answer = await self.api.get(f"{self.station}/api/v1/recipes/{self.job}/draft")
        content: dict[str, Any] = (await answer.json())["content"]
        return content

    async def put(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """Somebody saves a draft with these steps."""
        content = await self.draft() | {"steps": list(steps)}
        address = f"{self.station}/api/v1/recipes/{self.job}/draft"
        answer = await self.api.put(address, data=content, headers={"If-Match": "*"})
        assert answer.ok, await answer.text()

    async def open(self, part: str = "tools") -> None:
        """From the beginning, with nothing kept of before."""
        await self.page.evaluate("localStorage.clear()")
        await self.page.goto(f"{self.station}/#/teach")
        await self.page.goto(f"{self.station}/#/teach/{self.job}?part={part}&image=lent%20{self.image}")
        await expect(self.page.get_by_test_id("picture").locator("> img")).to_be_visible()

    async def saved(self) -> list[list[dict[str, Any]]]:
        """The regions of every step, after they were saved."""
        await self.page.get_by_test_id("save").click()
        await expect(self.page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "false")
        return [step["regions"] for step in (await self.draft())["steps"]]

    async def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the image is on the page, CSS px."""
        box = await self.page.get_by_test_id("picture").bounding_box()
        assert box is not None
        scale = box["width"] / WIDTH
        return box["x"] + (x + 0.5) * scale, box["y"] + (y + 0.5) * scale

    async def knob(self, name: str) -> tuple[float, float]:
        """Where a knob of the chosen region is on the page."""
        box = await self.page.locator(f'[data-knob="{name}"] .knob').bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """By mouse, in a few moves."""
        await self.page.mouse.move(*start)
        await self.page.mouse.down()
        for share in (0.3, 0.7, 1.0):
            await self.page.mouse.move(*between(start, end, share))
        await self.page.mouse.up()

    async def field(self, label: str, value: str) -> None:
        await self.page.get_by_test_id("region-fields").get_by_label(label, exact=True).fill(value)

    def region(self, step: str, index: int = 0) -> Any:
        return self.page.locator(f'[data-step="{step}"][data-part="regions"][data-index="{index}"]')


class Fingers:
    """Touches, as a browser gets them from a panel."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    async def drag(self, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """All fingers at once, each from its first to its second place."""
        await self._send("touchStart", [start for start, _ in ways])
        for share in (0.2, 0.6, 1.0):
            await self._send("touchMove", [between(start, end, share) for start, end in ways])
        await self._send("touchEnd", [])

    async def _send(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def between(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))  # type: ignore[return-value]


@asynccontextmanager
async def editing(
    visit: Visits, station: str, job: int, steps: Sequence[Mapping[str, Any]], part: str = "tools", **options: Any
) -> AsyncIterator[Editor]:
    """A recipe of this job number, which is thrown away in the end, with an image to teach on."""
    async with visit(**options) as opened:
        api = opened.page.request
        begun = await api.post(f"{station}/api/v1/recipes", data={"job": job, "name": f"test {job}"})
        assert begun.ok, await begun.text()
        headers = {"Content-Type": "image/png"}
        lent = await api.post(f"{station}/api/v1/uploads?name=block.png", data=image(), headers=headers)
        assert lent.ok, await lent.text()
        editor = Editor(opened, job, station, (await lent.json())["id"])
        try:
            await editor.put(steps)
            await editor.open(part)
            yield editor
        finally:
            address = f"{station}/api/v1/recipes/{job}/draft"
            headers = {"If-Match": "*", "Content-Type": "application/json"}
            await api.delete(address, headers=headers)
            await api.delete(f"{station}/api/v1/uploads/{editor.image}", headers=headers)
