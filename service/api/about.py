"""What runs here: versions, machine, and what it is made of with the licences."""

import platform
import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

from service import machine
from service.hub import Hub
from service.releases.shelf import Shelf

from .models import Payload
from .route import get

OWN = "vision-inspection"
HOMES = ("homepage", "home", "source", "repository", "documentation", "source code")  # of links, the first there is


class Package(Payload):
    """Something that the station is made of."""

    name: str
    version: str
    licence: str
    """As its makers name it; empty: they do not"""
    url: str
    """Its home page; empty: none is named"""


class Installed(Payload):
    """Releases on this machine."""

    current: str
    """Empty: the station runs from a folder of its own, which no upgrade touches"""
    previous: str
    """That an upgrade can go back to; empty: none"""
    releases: tuple[str, ...]
    """All that are there, the last made first"""


class About(Payload):
    """What runs here."""

    version: str
    build: str
    """Of the console"""
    python: str
    system: str
    machine: str
    processors: int
    memory_mb: int
    up_s: float
    """Since the machine was booted"""
    camera: str
    installed: Installed
    packages: tuple[Package, ...]
    """Of the server; those of the console lie beside it, in assets/licences.json"""


@get("/about")
async def show(hub: Hub) -> About:
    """Versions, machine, licences."""
    found: About = await hub.doors.in_thread(_about, hub)
    return found


def _about(hub: Hub) -> About:
    found = machine.machine()
    return About(
        version=hub.version,
        build=hub.build,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=found.system,
        machine=found.model,
        processors=found.processors,
        memory_mb=found.memory_mb,
        up_s=found.up_s,
        camera=hub.settings.camera.type,
        installed=_installed(Shelf(Path("/"))),
        packages=packages(),
    )


def _installed(shelf: Shelf) -> Installed:
    current, previous = shelf.current, shelf.previous
    return Installed(
        current=current.name if current else "",
        previous=previous.name if previous else "",
        releases=tuple(release.name for release in shelf.installed()),
    )


@cache
def packages() -> tuple[Package, ...]:
    """All that the station needs, by name; what else lies in its environment is not of it. Blocks for 0.1 s."""
    there = {_plain(found.metadata["Name"]): found for found in distributions()}
    needed: dict[str, Distribution] = {}
    waiting = _names(there[OWN].requires or ()) if OWN in there else _names(_of_checkout())
    while waiting:
        name = waiting.pop()
        if name in there and name not in needed:
            needed[name] = there[name]
            waiting += _names(there[name].requires or ())
    return tuple(_package(needed[name]) for name in sorted(needed))


def _of_checkout() -> list[str]:
    """What the project asks for where it was never installed."""
    with suppress(OSError, KeyError):
        asked = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))
        return [str(each) for each in asked["project"]["dependencies"]]
    return []


def _names(requirements: Iterable[str]) -> list[str]:
    """Without those of extras, which nobody asked for."""
    plain = (each for each in requirements if "extra" not in each.partition(";")[2])
    return [_plain(re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0]) for each in plain]


def _package(found: Distribution) -> Package:
    told = found.metadata
    classified = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License")]
    free = _first(told, "License").partition("\n")[0]
    licence = _first(told, "License-Expression") or (free if len(free) <= 60 else "") or ", ".join(classified)
    links = dict(each.split(", ", 1) for each in told.get_all("Project-URL") or () if ", " in each)
    named = {name.lower(): link for name, link in links.items()}
    home = next((named[name] for name in HOMES if name in named), _first(told, "Home-page"))
    return Package(
        name=told["Name"], version=found.version, licence=licence, url=home if home.startswith("http") else ""
    )


def _first(told: PackageMetadata, key: str) -> str:
    return str(next(iter(told.get_all(key) or ()), "")).strip()


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


ROUTES = (show,)
