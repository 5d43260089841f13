"""One real station for the tests of a module."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Running


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A station on embedded defaults, with a simulated camera."""
    station = Running(tmp_path_factory.mktemp("station"))
    try:
        station.start()
        yield station
    finally:
        station.stop()


def rest(station: Running, path: str) -> Any:
    """What the station's own interface says."""
    with urllib.request.urlopen(f"{station.url}/api/v1/{path}", timeout=60) as answer:
        return json.load(answer)
