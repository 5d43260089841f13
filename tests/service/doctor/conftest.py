"""A station that everybody may write to, and a PLC address for each test."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import Plc

hosts = itertools.count(10)


@dataclass
class Site:
    """A running station, and what its doctor says."""

    bench: Bench

    def plc(self) -> Plc:
        """A client address that nobody has used; it is not connected yet."""
        return Plc(self.bench.port, f"127.0.0.{next(hosts)}")

    def diagnosis(self, language: str = "en") -> dict[str, Any]:
        """The whole answer."""
        status, found = self.bench.rest(f"/modbus/doctor?language={language}")
        assert status == 200, found
        return dict(found)

    def findings(self, address: str) -> dict[str, dict[str, Any]]:
        """Of one client, by rule."""
        return {f["rule"]: f for f in self.diagnosis()["findings"] if f["client"] == address}


MakeSite = Callable[..., Site]


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeSite]:
    """Start stations with settings of their own."""
    with ExitStack() as stack:

        def make(**settings: str) -> Site:
            folder = tmp_path_factory.mktemp("site")
            return Site(stack.enter_context(bench(folder, 1, VISION_OPCUA__ENABLED="false", **settings)))

        yield make


@pytest.fixture(scope="module")
def site(make_site: MakeSite) -> Site:
    """With the settings as they come, but for write control."""
    return make_site()


@pytest.fixture
def plc(site: Site) -> Iterator[Plc]:
    """A new address, connected."""
    with site.plc() as made:
        yield made
        made.write(0, 0)  # unbuffered, whatever the program left
        made.settled()
