"""The tables of conformance in docs/opcua.md."""

from collections.abc import Callable, Mapping

from docs.conformance import Met, Profile, Unit, by_name, open_units
from docs.conformance_core import PROFILES as EMBEDDED
from docs.conformance_facets import PROFILES as FACETS
from docs.conformance_vision import PROFILES as VISION
from docs.markdown import table

CORE: tuple[Profile, ...] = (*EMBEDDED, *FACETS)
PROFILES: tuple[Profile, ...] = (*VISION, *CORE)
_KNOWN = by_name(PROFILES)


def _overview(profiles: tuple[Profile, ...]) -> str:
    """Which are met, and what keeps the others from it."""
    return table(("facet or profile", "source", "met", "because these are not"), map(_line, profiles))


def _line(profile: Profile) -> tuple[str, str, str, str]:
    missing = open_units(profile, _KNOWN)
    return profile.name, profile.source, "no" if missing else "yes", ", ".join(unit.name for unit in missing)


def _units(profiles: tuple[Profile, ...]) -> str:
    heads = ("conformance unit", "", "met", "tested by; or what is missing")
    parts = []
    for profile in profiles:
        of = f" It includes: {', '.join(profile.includes)}." if profile.includes else ""
        rows = table(heads, map(_unit, profile.units))
        uri = f"`{profile.uri.rpartition('/')[2]}`, " if profile.uri else ""
        parts.append(f"**{profile.name}** ({uri}{profile.source}).{of}\n\n{rows}")
    return "\n\n".join(parts)


def _unit(unit: Unit) -> tuple[str, str, str, str]:
    tests = [f"`{one.removeprefix('tests/')}`" for one in unit.tests]
    words = [unit.why] if unit.met is not Met.YES else []
    return unit.name, "optional" if unit.optional else "", unit.met, "; ".join([*words, *tests])


TABLES: Mapping[str, Callable[[], str]] = {
    "conformance": lambda: _overview(PROFILES),
    "vision_units": lambda: _units(VISION),
    "core_units": lambda: _units(CORE),
}
