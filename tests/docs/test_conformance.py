"""The table of conformance names tests that are there, and the server claims what the table says is met."""

import ast
from functools import cache
from pathlib import Path

import pytest

from docs.conformance import Met, Profile, Unit, by_name, met_uris
from docs.conformance_tables import PROFILES
from docs.make import ROOT
from protocols.opcua.capabilities import EVENT_PROFILES, HISTORY_PROFILES, MODEL_PROFILES
from protocols.opcua.capabilities import PROFILES as ALWAYS

UNITS = [
    pytest.param(profile, unit, id=f"{profile.name}: {unit.name}") for profile in PROFILES for unit in profile.units
]
CLAIMED = {**ALWAYS, **HISTORY_PROFILES, **MODEL_PROFILES, **EVENT_PROFILES}


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("profile", "unit"), UNITS)
def test_what_is_met_is_tested_and_what_is_not_has_its_reason(profile: Profile, unit: Unit) -> None:
    assert bool(unit.why) == (unit.met is not Met.YES)
    assert unit.tests or unit.met is not Met.YES
    for test in unit.tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_"), test
        assert name in names_in(ROOT / file), test


def test_a_unit_is_told_the_same_in_each_facet() -> None:
    told: dict[str, set[Met]] = {}
    for profile in PROFILES:
        for unit in profile.units:
            told.setdefault(unit.name, set()).add(unit.met)
    assert {name: met for name, met in told.items() if len(met) > 1 and name != "Security Invalid user token"} == {}


def test_each_profile_stands_once_and_what_it_includes_is_there() -> None:
    uris = [profile.uri for profile in PROFILES if profile.uri]
    assert (len(by_name(PROFILES)), len(set(uris))) == (len(PROFILES), len(uris))
    assert {name for profile in PROFILES for name in profile.includes} <= set(by_name(PROFILES))


def test_the_server_claims_what_is_met_and_nothing_else() -> None:
    assert set(CLAIMED) == met_uris(PROFILES)
