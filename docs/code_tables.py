"""The codes in docs/modbus.md: what each number says."""

import re
from collections.abc import Callable, Mapping

from docs.markdown import table
from protocols import alarms, reasons
from protocols.handshake.types import CommandError, Reject
from protocols.texts import section
from service.doctor.rules import ALL as RULES
from vision.result import Status

COMMAND_ERRORS = {
    CommandError.NONE: "no error",
    CommandError.UNKNOWN: "unknown CommandCode",
    CommandError.BAD_ARGUMENT: "bad argument",
    CommandError.WRONG_STATE: "not possible now: another command executed, or this command is not built yet, or the "
    "number was only the baseline, or the self-test failed",
    CommandError.NO_SUCH_JOB: "there is no recipe with this job number",
    CommandError.LOAD_FAILED: "the job failed to load",
    CommandError.TIMEOUT: "the command did not end in time",
    CommandError.INTERRUPTED: "a restart cut the command off; it is not executed again",
}
STEP_STATUS = {
    Status.NOT_RUN: "not run",
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.ERROR: "error: could not measure",
    Status.NOT_FOUND: "not found",
    Status.TOO_LOW: "below the low limit",
    Status.TOO_HIGH: "above the high limit",
}


def reject_codes() -> str:
    return table(("code", "meaning"), [(int(code), reasons.rejects()[code]) for code in Reject])


def command_errors() -> str:
    return table(("code", "meaning"), [(int(code), COMMAND_ERRORS[code]) for code in CommandError])


def step_status() -> str:
    return table(("ToolStatus", "meaning"), [(int(status), STEP_STATUS[status]) for status in Status])


def alarm_table() -> str:
    texts = alarms.texts("en")
    return table(
        ("number", "severity", "what happened", "what to do"),
        [
            (alarm.number, alarm.severity, texts[alarm.number].what, texts[alarm.number].remedy)
            for alarm in sorted(alarms.ALL, key=lambda alarm: alarm.number)
        ],
    )


def doctor_rules() -> str:
    """Blanks of a sentence stand as their names, in italics."""
    words = section("doctor", "en")
    rows = ((r.number, r.severity, *(_blanks(words[r.number][part]) for part in ("what", "remedy"))) for r in RULES)
    return table(("rule", "severity", "what is said", "what to do"), rows)


def _blanks(text: str) -> str:
    return re.sub(r"\{(\w+)(!r)?\}", lambda found: f"*{found[1]}*", text)


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made for made in (reject_codes, command_errors, step_status, alarm_table, doctor_rules)
}
