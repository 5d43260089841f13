"""The one table of alarm numbers, and their texts.

Numbers are added, never reused: 100 camera, 200 recipe, 300 tool and vision, 400 storage, 500 PLC, 600 OPC UA,
700 system.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache

from .texts import LANGUAGES as LANGUAGES
from .texts import section


@unique
class Severity(StrEnum):
    """An error shows in ErrorCode, a warning in WarningCode."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One row. The texts stand in ``texts/<language>.toml`` under its number."""

    number: int
    severity: Severity
    name: str  # for programs: ConditionName in OPC UA
    stops: bool = False  # no part is inspected while it is active
    persistent: bool = False  # it stays until a person does something, or until a restart
    until_confirmed: bool = False  # it is over once somebody confirms that it was seen to


CAMERA_LOST = Alarm(101, Severity.ERROR, "camera_lost", stops=True)
CAMERA_NOT_OPENED = Alarm(102, Severity.ERROR, "camera_not_opened", stops=True)
FROZEN_IMAGE = Alarm(103, Severity.ERROR, "frozen_image", stops=True, persistent=True)
NO_RECIPE = Alarm(201, Severity.ERROR, "no_recipe", stops=True, persistent=True)
RECIPE_BROKEN = Alarm(202, Severity.WARNING, "recipe_broken")
RECIPE_EMPTY = Alarm(203, Severity.WARNING, "recipe_empty")
VISION_NOT_ANSWERING = Alarm(301, Severity.ERROR, "vision_not_answering", stops=True)
TIME_LIMIT = Alarm(302, Severity.WARNING, "time_limit")
IMAGE_QUALITY = Alarm(303, Severity.WARNING, "image_quality")
TOOL_ERROR = Alarm(304, Severity.WARNING, "tool_error")
IMAGE_FORMAT = Alarm(305, Severity.WARNING, "image_format")
TOOL_DEFECT = Alarm(306, Severity.WARNING, "tool_defect")
OUT_OF_MEMORY = Alarm(307, Severity.WARNING, "out_of_memory")
VISION_CRASHED = Alarm(308, Severity.WARNING, "vision_crashed")
STORAGE_FAULT = Alarm(401, Severity.ERROR, "storage_fault")
DISK_LOW = Alarm(402, Severity.WARNING, "disk_low")
DATABASE_REPLACED = Alarm(403, Severity.WARNING, "database_replaced", until_confirmed=True)
IMAGES_DROPPED = Alarm(404, Severity.WARNING, "images_dropped")
NOT_RETENTIVE = Alarm(405, Severity.WARNING, "not_retentive")
PLC_WATCHDOG = Alarm(501, Severity.WARNING, "plc_watchdog")
MODBUS_NOT_SERVING = Alarm(502, Severity.ERROR, "modbus_not_serving")
ASCII_NOT_SERVING = Alarm(503, Severity.WARNING, "ascii_not_serving")
OPCUA_NOT_SERVING = Alarm(601, Severity.WARNING, "opcua_not_serving")
OPCUA_CERTIFICATE = Alarm(602, Severity.WARNING, "opcua_certificate")
OPCUA_CLIENT_REFUSED = Alarm(603, Severity.WARNING, "opcua_client_refused")
OPCUA_NOT_ENCRYPTED = Alarm(604, Severity.WARNING, "opcua_not_encrypted")
PORT_TAKEN = Alarm(701, Severity.ERROR, "port_taken", persistent=True)
RELOAD_FAILED = Alarm(702, Severity.WARNING, "reload_failed")
INTERRUPTED = Alarm(703, Severity.WARNING, "interrupted")
SIMULATION = Alarm(704, Severity.WARNING, "simulation")
BACKUP_MISSING = Alarm(705, Severity.WARNING, "backup_missing")

ALL: tuple[Alarm, ...] = tuple(alarm for alarm in globals().values() if isinstance(alarm, Alarm))
BY_NUMBER = {alarm.number: alarm for alarm in ALL}


@dataclass(frozen=True, slots=True)
class Text:
    """What happened, and what to do, in a person's language."""

    what: str
    remedy: str


@cache
def texts(language: str = "en") -> dict[int, Text]:
    """The catalogue of one language, by alarm number; a number that it lacks is in English.

    Raises:
        KeyError: There is no such language.
    """
    return {number: Text(**text) for number, text in section("alarm", language).items()}
