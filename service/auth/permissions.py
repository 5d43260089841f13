"""Who may do what: the one table that REST, Socket.IO and OPC UA ask."""

from collections.abc import Mapping
from enum import StrEnum

from protocols import rights


class Role(StrEnum):
    """People, in ascending order, and machines."""

    OBSERVER = "observer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"
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
    PINS = "pins"  # keep results and images from retention
    REVIEW = "review"  # say whether a reject was right
    EXPORTS = "exports"  # take results and images away, which lets their images go first
    CAMERA = "camera"
    FORCE_IO = "force_io"
    USERS = "users"
    CERTIFICATES = "certificates"
    SETTINGS = rights.SETTINGS
    BACKUP = "backup"
    UPGRADE = "upgrade"
    DIAGNOSE = "diagnose"  # read the log, take a bundle for support


_OBSERVER = frozenset({Action.READ})
_OPERATOR = _OBSERVER | {
    Action.TRIGGER,
    Action.ACKNOWLEDGE,
    Action.COUNTERS,
    Action.PRODUCTION,
    Action.SELECT_RECIPE,
    Action.PINS,
    Action.REVIEW,
}
_ENGINEER = _OPERATOR | {Action.ONLINE, Action.RECIPES, Action.CAMERA, Action.FORCE_IO, Action.EXPORTS, Action.DIAGNOSE}

ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.OBSERVER: _OBSERVER,
    Role.OPERATOR: _OPERATOR,
    Role.ENGINEER: _ENGINEER,
    Role.ADMINISTRATOR: frozenset(Action),
    Role.SCADA: _OPERATOR | {Action.ONLINE, Action.EXPORTS},
}


_ROUTES = (  # the first that fits; what is not read and not named is the administrator's
    ("/api/v1/sessions", Action.USERS),
    ("/api/v1/session", Action.READ),  # one's own
    ("/api/v1/setup", Action.READ),  # the code decides
    ("/api/v1/users", Action.USERS),
    ("/api/v1/view-tokens", Action.USERS),
    ("/api/v1/opcua/certificates", Action.CERTIFICATES),
    ("/api/v1/backups", Action.BACKUP),
    ("/api/v1/log/lines", Action.DIAGNOSE),
    ("/api/v1/diagnosis", Action.DIAGNOSE),
    ("/api/v1/camera", Action.CAMERA),
    ("/api/v1/settings", Action.SETTINGS),
    ("/api/v1/station/trigger", Action.TRIGGER),
    ("/api/v1/station/online", Action.ONLINE),
    ("/api/v1/station/production", Action.PRODUCTION),
    ("/api/v1/station/reload", Action.SETTINGS),
    ("/api/v1/products", Action.RECIPES),
    ("/api/v1/uploads", Action.RECIPES),
    ("/api/v1/evaluations", Action.RECIPES),
    ("/api/v1/trials", Action.RECIPES),
    ("/api/v1/counters", Action.COUNTERS),
    ("/api/v1/alarms", Action.ACKNOWLEDGE),
    ("/api/v1/forces", Action.FORCE_IO),
    ("/api/v1/simulation", Action.FORCE_IO),
    ("/api/v1/pins", Action.PINS),
    ("/api/v1/exports", Action.EXPORTS),
    ("/api/v1/inspections", Action.REVIEW),
    ("/api/v1/recipes", Action.RECIPES),
    ("/api/v1/modbus", Action.SETTINGS),
    ("/api/v1/opcua/clients", Action.SETTINGS),
    ("/api/v1/log", Action.SETTINGS),
)


def named(path: str) -> Action | None:
    """What a change below this path asks for; None = the table does not name it."""
    if path.startswith("/api/v1/recipes") and path.endswith("/activate"):
        return Action.SELECT_RECIPE
    return next((action for prefix, action in _ROUTES if path.startswith(prefix)), None)


def action_for(method: str, path: str) -> Action:
    """What a request asks for. Users, certificates, backups, the log and the camera's set-up are not for all eyes."""
    found = named(path)
    if path == "/api/v1/settings":
        return Action.SETTINGS
    if found in (Action.USERS, Action.CERTIFICATES, Action.BACKUP, Action.DIAGNOSE, Action.CAMERA):
        return found
    if method in ("GET", "HEAD", "OPTIONS"):
        return Action.READ
    return found or Action.SETTINGS


def may(role: Role, action: str) -> bool:
    """Whether `role` may; an action that the table does not know is nobody's."""
    return action in ALLOWED[role]
