"""The station's log in the test's own process, into a file that the test reads."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.logs.choice import choice_of
from service.logs.handler import Handler
from service.logs.setup import GUNICORN, Log, configure
from service.settings import Settings


@dataclass
class Logged:
    """What was written."""

    path: Path
    log: Log

    def text(self) -> str:
        assert self.log.handler
        self.log.handler.flush()
        return self.path.read_text()

    def lines(self, logger: str = "") -> list[dict[str, Any]]:
        """Of the JSON format; of this logger and those below it."""
        found = [json.loads(line) for line in self.text().splitlines()]
        return [line for line in found if line["logger"].startswith(logger)]


@pytest.fixture
async def make_log(tmp_path: Path) -> AsyncIterator[Callable[..., Logged]]:
    """As a station brings it up; with the test everything is as it was."""
    root, gunicorn = logging.getLogger(), logging.getLogger(GUNICORN)
    level = root.level
    before = gunicorn.handlers[:], gunicorn.propagate
    touched: set[str] = set()
    async with AsyncExitStack() as stack:

        def make(**settings: Any) -> Logged:
            given = Settings.model_validate(
                {"station": {"name": "Hall 2"}, "log": {"format": "json", "file": tmp_path / "station.log"} | settings}
            )
            log = configure(given.log, choice_of(given), 3, "1.2.3")
            touched.update(log.levels.in_force)
            assert log.handler
            assert log.handler.thread
            stack.push_async_callback(log.handler.thread.close)
            return Logged(tmp_path / "station.log", log)

        yield make
    logging.captureWarnings(False)
    for name in touched:
        logging.getLogger(name).setLevel(logging.NOTSET)
    root.handlers[:] = [each for each in root.handlers if not isinstance(each, Handler)]  # pytest has its own again
    root.setLevel(level)
    gunicorn.handlers[:], gunicorn.propagate = before


@pytest.fixture
def logged(make_log: Callable[..., Logged]) -> Logged:
    """As JSON."""
    return make_log()
