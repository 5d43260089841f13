"""What a conformance unit is here, and when a facet or profile of units is met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

OPCUA, SERVICE, INTEROP = "tests/protocols/opcua", "tests/service", "tests/interop"


@unique
class Met(StrEnum):
    """How far."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Unit:
    """One conformance unit. `tests` are paths of pytest without parameters; `why` says what is missing."""

    name: str
    met: Met
    tests: tuple[str, ...] = ()
    why: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A facet or a profile: its own units, and the others that are part of it."""

    name: str
    uri: str  # "" = not known, so that it is never claimed
    source: str
    units: tuple[Unit, ...] = ()
    includes: tuple[str, ...] = ()  # by name; all mandatory


def yes(name: str, *tests: str, optional: bool = False) -> Unit:
    return Unit(name, Met.YES, tests, "", optional)


def no(name: str, why: str, *, optional: bool = False) -> Unit:
    return Unit(name, Met.NO, (), why, optional)


def partly(name: str, why: str, *tests: str, optional: bool = False) -> Unit:
    return Unit(name, Met.PARTLY, tests, why, optional)


def open_units(profile: Profile, known: Mapping[str, Profile]) -> list[Unit]:
    """The mandatory units that keep it from being met, also those of what is part of it; none twice."""
    own = [unit for unit in profile.units if not unit.optional and unit.met is not Met.YES]
    return list(dict.fromkeys([*own, *(one for name in profile.includes for one in open_units(known[name], known))]))


def by_name(profiles: Iterable[Profile]) -> dict[str, Profile]:
    return {profile.name: profile for profile in profiles}


def met_uris(profiles: Iterable[Profile]) -> set[str]:
    """Of the facets and profiles all of whose mandatory units are met."""
    known = by_name(profiles)
    return {profile.uri for profile in known.values() if profile.uri and not open_units(profile, known)}
