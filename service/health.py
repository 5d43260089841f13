"""How the station is, in NAMUR NE 107's five words, from its active alarms."""

from collections.abc import Iterable

from protocols import alarms
from protocols.alarms import BY_NUMBER, Severity
from protocols.opcua.machine_vision import Condition, Health

CAMERA = frozenset(alarm.number for alarm in (alarms.CAMERA_LOST, alarms.CAMERA_NOT_OPENED, alarms.FROZEN_IMAGE))

# Errors are failures and warnings call for somebody to look after the station, but for these.
_SPECIAL = {
    alarms.NO_RECIPE: Health.CHECK_FUNCTION,  # nothing is broken: it is not set up to judge
    alarms.RECIPE_BROKEN: Health.OFF_SPEC,
    alarms.RECIPE_EMPTY: Health.OFF_SPEC,
    alarms.TIME_LIMIT: Health.OFF_SPEC,
    alarms.IMAGE_QUALITY: Health.OFF_SPEC,
    alarms.TOOL_ERROR: Health.OFF_SPEC,
    alarms.IMAGE_FORMAT: Health.OFF_SPEC,
    alarms.TOOL_DEFECT: Health.OFF_SPEC,
    alarms.OUT_OF_MEMORY: Health.OFF_SPEC,
    alarms.PLC_WATCHDOG: Health.NORMAL,  # of somebody else, or a choice: they say nothing of this device
    alarms.OPCUA_CLIENT_REFUSED: Health.NORMAL,
    alarms.OPCUA_NOT_ENCRYPTED: Health.NORMAL,
}
_GRAVEST_FIRST = (Health.FAILURE, Health.CHECK_FUNCTION, Health.OFF_SPEC, Health.MAINTENANCE_REQUIRED)


def health_of(number: int) -> Health:
    """What this alarm alone says."""
    alarm = BY_NUMBER[number]
    plain = Health.FAILURE if alarm.severity is Severity.ERROR else Health.MAINTENANCE_REQUIRED
    return _SPECIAL.get(alarm, plain)


def condition(active: Iterable[int]) -> Condition:
    """The gravest of these alarms, and of those that are the camera's."""
    numbers = list(active)
    return Condition(_gravest(numbers), _gravest(number for number in numbers if number in CAMERA))


def _gravest(numbers: Iterable[int]) -> Health:
    found = set(map(health_of, numbers))
    return next((health for health in _GRAVEST_FIRST if health in found), Health.NORMAL)
