"""The line that tells a result: a template with named fields, checked when the settings are read."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from string import Formatter
from typing import Any

from ..tags import SLOTS

_FIELD = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<slot>\d+)\])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST_WIDE = 200  # characters of one field: a larger width in a template is a mistake


class TemplateError(ValueError):
    """A template that no result can fill."""


@dataclass(frozen=True, slots=True)
class Result:
    """The fields of a template. `value`, `passed` and `status` are by slot, 0-31."""

    seq: int  # ResultSeq, 1-65520
    number: int  # InspectionId
    judgement: str  # PASS, FAIL or ERROR
    code: int  # 1, 2 or 3
    ok: int  # 1 = PASS, else 0
    reject_class: int
    part_id: str
    job: int
    recipe: str
    version: int
    reason: str
    text: str  # what the first reading step read
    time: str  # ISO 8601, UTC, of the acquisition
    cycle_ms: float
    value: tuple[float, ...]
    passed: tuple[int, ...]
    status: tuple[int, ...]
    sort_class: str = ""  # of a recipe that sorts


BY_SLOT = ("value", "passed", "status")
NAMES = tuple(f.name for f in fields(Result))
_EXAMPLE = Result(1, 1, "PASS", 1, 1, 0, "", 1, "", 1, "", "", "", 0.0, (math.nan,) * SLOTS, (0,) * SLOTS, (0,) * SLOTS)


class Template:
    """A line with fields such as ``{seq}``, ``{judgement}`` or ``{value[3]:.3f}``; ``{{`` and ``}}`` are braces."""

    def __init__(self, text: str) -> None:
        """
        Raises:
            TemplateError: With the field that is wrong and what would be right.
        """
        if found := _CONTROL.search(text):
            raise TemplateError(f"{found[0]!r} may not stand in a line; its end is the setting `line_end`")
        try:
            self._parts = [_part(*part) for part in Formatter().parse(text)]
        except TemplateError:
            raise
        except ValueError as exc:
            raise TemplateError(f"{exc}; a brace itself is written {{{{ or }}}}") from exc
        self.line(_EXAMPLE)

    def line(self, result: Result) -> str:
        """Without its end. Control characters of a text become ``?``: they would end or break the line."""
        return "".join(_fill(part, result) for part in self._parts)


@dataclass(frozen=True, slots=True)
class _Part:
    literal: str
    name: str = ""
    slot: int = 0
    spec: str = ""


def _part(literal: str, field: str | None, spec: str | None, conversion: str | None) -> _Part:
    if field is None:
        return _Part(literal)
    shown = "{" + field + "}"
    found = _FIELD.fullmatch(field)
    if found is None or found["name"] not in NAMES:
        raise TemplateError(f"{shown} is no field; there are {', '.join(NAMES)}")
    if conversion or "{" in (spec or ""):
        raise TemplateError(f"{shown}: only a format may follow, for example {{cycle_ms:.1f}}")
    if (found["slot"] is not None) != (found["name"] in BY_SLOT):
        example = "{value[0]}" if found["name"] in BY_SLOT else "{" + found["name"] + "}"
        raise TemplateError(f"{shown}: only {', '.join(BY_SLOT)} are by slot; write {example}")
    slot = int(found["slot"] or 0)
    if slot >= SLOTS:
        raise TemplateError(f"{shown}: slots are 0 to {SLOTS - 1}")
    if max([0, *map(int, re.findall(r"\d+", spec or ""))]) > _MOST_WIDE:
        raise TemplateError(f"{shown}: wider than {_MOST_WIDE} characters")
    return _Part(literal, found["name"], slot, spec or "")


def _fill(part: _Part, result: Result) -> str:
    if not part.name:
        return part.literal
    value: Any = getattr(result, part.name)
    if part.name in BY_SLOT:
        value = value[part.slot]
    try:
        text = format(value, part.spec)
    except ValueError as exc:
        raise TemplateError(f"{{{part.name}:{part.spec}}}: {exc}") from exc
    return part.literal + _CONTROL.sub("?", text)


def help_text() -> Mapping[str, str]:
    """Meaning of each field, for the documents."""
    return {
        "seq": "ResultSeq, 1 to 65520",
        "number": "InspectionId",
        "judgement": "PASS, FAIL or ERROR",
        "code": "1 PASS, 2 FAIL, 3 ERROR",
        "ok": "1 = PASS, else 0",
        "reject_class": "0 = PASS, 65535 = ERROR",
        "sort_class": "class that the recipe sorted the part into, empty = none",
        "part_id": "as it came with the trigger",
        "job": "job number that judged",
        "recipe": "its name",
        "version": "its version",
        "reason": "why it did not pass",
        "text": "what the first reading step read",
        "time": "of the acquisition, ISO 8601, UTC",
        "cycle_ms": "trigger to result (ms)",
        "value[n]": "main value of slot n, nan = not measured",
        "passed[n]": "1 = the step of slot n passed",
        "status[n]": "its status code",
    }
