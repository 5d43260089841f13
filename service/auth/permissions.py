"""Who may do what: the one table that REST, Socket.IO and OPC UA ask."""

from collections.abc import Mapping
from enum import StrEnum

from protocols import rights


class Role(StrEnum):
    """People, in ascending order, and machines."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMIN = "admin"
    SCADA = "scada"  # a program that reads, triggers, and chooses among released recipes


class Action(StrEnum):
    """What is asked for; OPC UA's rights have the same names."""

    READ = rights.READ
    TRIGGER = rights.TRIGGER
    ACKNOWLEDGE = rights.ACKNOWLEDGE
    COUNTERS = rights.COUNTERS
    PRODUCTION = rights.PRODUCTION  # order, lot, shift
    SELECT_RECIPE = rights.SELECT_RECIPE
    ONLINE = rights.ONLINE  # take the station online and offline, halt and reset it
    RECIPES = rights.RECIPES  # edit, teach, release, go back
    CAMERA = "camera"
    FORCE_IO = "force_io"
    USERS = "users"
    CERTIFICATES = "certificates"
    SETTINGS = rights.SETTINGS
    BACKUP = "backup"
    UPGRADE = "upgrade"


_VIEWER = frozenset({Action.READ})
_OPERATOR = _VIEWER | {
    Action.TRIGGER,
    Action.ACKNOWLEDGE,
    Action.COUNTERS,
    Action.PRODUCTION,
    Action.SELECT_RECIPE,
}
_ENGINEER = _OPERATOR | {Action.ONLINE, Action.RECIPES, Action.CAMERA, Action.FORCE_IO}

ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.ENGINEER: _ENGINEER,
    Role.ADMIN: frozenset(Action),
    Role.SCADA: _OPERATOR | {Action.ONLINE},
}


def may(role: Role, action: str) -> bool:
    """Whether `role` may; an action that the table does not know is nobody's."""
    return action in ALLOWED[role]
