"""The words of tags that have few states: what 0, 1, 2 or true and false say."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import tags
from .tag import Tag, Wire

_PASS = ("PASS", "not PASS")
_YES = ("yes", "no")
TWO_STATES: Mapping[Tag[Any], tuple[str, str]] = {
    tag: _YES for tag in tags.ALL if tag.wire is Wire.BOOL and tag.node and tag.node.startswith(("Status.", "Result."))
} | dict.fromkeys((tags.JOB_PASS, tags.UA_RESULT_PASS, *tags.SLOT_PASS), _PASS)
"""True and false in words."""

STEP_STATES = ("not run", "pass", "fail", "error", "not found", "too low", "too high")
SOURCES = ("Modbus", "OPC UA", "web", "hardware", "timer", "text lines")
REJECTS = (
    *("", "offline", "not enabled", "busy", "queue full", "job loading", "camera not connected", ""),
    *("too soon", "no recipe", "storage fault", "vision not answering"),
)
MANY_STATES: Mapping[Tag[Any], Sequence[str]] = {
    tags.STATE: (
        *("", "Preoperational", "Halted", "Error", "", "Initialized", "Ready", "SingleExecution"),
        "ContinuousExecution",
    ),
    tags.TRIGGER_REJECT_CODE: REJECTS,
    tags.CMD_TRIGGER_REJECT_CODE: REJECTS,
    tags.COMMAND_STATUS: ("idle", "executing", "done", "failed"),
    tags.VERIFICATION_STATE: ("not required", "due", "running", "passed", "failed"),
    tags.UA_RESULT_CODE: ("", "PASS", "FAIL", "ERROR"),
    tags.UA_RESULT_SOURCE: SOURCES,
    **dict.fromkeys(tags.SLOT_STATUS, STEP_STATES),
}
"""The words of 0, 1, 2 and so on."""
