"""Each lock holds the whole tree: nothing that a pinned package needs comes from another lock by chance."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
UNUSED_CODE = {one["name"] for one in PROJECT["tool"]["uv"]["dependency-metadata"] if one["requires-dist"] == []}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-picamera2.lock",
        "requirements-sentry.lock",
        "requirements-station.lock",
    ],
)
def test_what_a_pinned_package_needs_is_pinned_with_it(name: str) -> None:
    pinned = {canonicalize_name(pin) for pin, _ in PIN.findall((ROOT / "deploy" / name).read_text())}
    missing = {f"{package} needs {needed}" for package in pinned for needed in needs(package) if needed not in pinned}
    assert not missing, "run deploy/lock.sh"
    assert len(pinned) > 30


def needs(package: str) -> list[str]:
    """What it needs here, extras aside; nothing where it is not installed, or none of its code runs."""
    if package in UNUSED_CODE:
        return []
    try:
        lines = metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []
    found = [Requirement(line) for line in lines]
    return [canonicalize_name(r.name) for r in found if r.marker is None or r.marker.evaluate({"extra": ""})]


def test_what_one_lock_pins_another_pins_alike() -> None:
    """They share one environment. A package may have one pin for each range of Pythons."""
    pins: dict[str, dict[str, set[str]]] = {}
    for lock in sorted((ROOT / "deploy").glob("requirements*.lock")):
        for package, version in PIN.findall(lock.read_text()):
            pins.setdefault(package, {}).setdefault(lock.name, set()).add(version)
    differing = {p: of for p, of in pins.items() if any(v != of[min(of)] for v in of.values())}
    assert not differing, "run deploy/lock.sh"
