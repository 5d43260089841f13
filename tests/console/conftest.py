"""A real Chromium on the console of a real station."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

from ..conftest import Running
from ..patience import PATIENCE_S

CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=PATIENCE_S * 1000)

FLAGS = (
    "--no-sandbox",  # CI is root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).parents[2] / "service/console/node_modules/axe-core/axe.min.js"
Visits = Callable[..., AbstractAsyncContextManager["Visit"]]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def station_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a station without a PLC, one for all tests here: ``STATION_URL`` (with ``-n 0``), else a new one."""
    if named := os.environ.get("STATION_URL"):
        yield named.rstrip("/")
        return
    station = Running(tmp_path_factory.mktemp("console"))
    try:
        station.start()
        yield station.url
    finally:
        station.stop()


@dataclass
class Visit:
    """One page, what its console said and what it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a refusal of the CSP is an error here
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def foreign(self, station_url: str) -> list[str]:
        """What was asked of anybody but the station."""
        own = urlsplit(station_url).netloc
        return [url for url in self.requests if urlsplit(url).netloc != own and not url.startswith("blob:")]

    async def first_frame(self) -> None:
        await self.page.locator('[data-testid="frame"][data-frame-id]').wait_for()

    async def trigger(self) -> str:
        """Press the button; returns the judgement of the part that was inspected for it."""
        async with self.page.expect_response(lambda answer: answer.url.endswith("station/trigger")) as answer:
            await self.page.get_by_test_id("trigger").click()
        number = (await (await answer.value).json())["number"]
        verdict = self.page.locator(f'[data-testid="verdict"][data-number="{number}"]')
        return await verdict.locator(".word").inner_text()

    async def trigger_until(self, judgement: str, at_most: int = 400) -> None:
        """Inspect parts until one is judged so."""
        for _ in range(at_most):
            if await self.trigger() == judgement:
                return
        pytest.fail(f"none of {at_most} parts is {judgement}")

    async def axe(self) -> list[str]:
        """What axe finds, a line each. It comes in by CDP: the CSP stays on."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
        found = await self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.skip("no Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        await running.close()


@pytest.fixture
def visit(browser: Browser, station_url: str) -> Visits:
    """Open the console with `new_context`'s options; its console must stay clean, its requests at home."""

    @asynccontextmanager
    async def opened(width: int = 1280, height: int = 800, **options: Any) -> AsyncIterator[Visit]:
        options = {
            "locale": "en-GB",
            "color_scheme": "dark",
            "reduced_motion": "reduce",
        } | options  # axe sees no half-way colour
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)
        visit = Visit(await context.new_page())
        visit.watch()
        await visit.page.goto(station_url + "/")
        await visit.first_frame()
        yield visit
        await context.close()
        assert visit.errors == []
        assert visit.foreign(station_url) == []

    return opened
