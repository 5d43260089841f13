"""What the pages below docs/plc repeat of the code, and the exports of a station with default settings."""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.markdown import table
from protocols import tags
from protocols.active_map import FORMATS, export
from protocols.active_map.declarations import COMMAND_WRITTEN, COMPACT_READ
from protocols.settings import ModbusSettings
from protocols.user_block import FACT_BITS, FACT_NUMBERS, FACT_TEXTS, Layout, UserOutput, UserValue
from service.settings.table import in_words

FILES = {
    "csv": "map.csv",
    "ignition": "ignition.json",
    "codesys": "station.st",
    "scl": "station.scl",
    "rockwell": "station-logix.st",
}


def exports() -> dict[Path, str]:
    """By path below docs."""
    return {Path("plc") / FILES[kind]: export(kind, Layout()) for kind in FORMATS}


def modbus_port() -> str:
    return str(ModbusSettings().port)


def plc_written() -> str:
    return str(COMMAND_WRITTEN)


def plc_read() -> str:
    return str(COMPACT_READ)


def plc_channels() -> str:
    return table(
        ("channel", "access type", "offset", "length", "maps to"),
        [
            ("1", "write multiple registers (function 16)", 0, COMMAND_WRITTEN, "`WriteWords`"),
            ("2", "read input registers (function 4)", tags.COMPACT_BASE, COMPACT_READ, "`ReadWords`"),
        ],
    )


def plc_logix() -> str:
    return table(
        ("transaction", "function", "0-based", "1-based", "count"),
        [
            ("write", 16, 0, 40001, COMMAND_WRITTEN),
            ("read", 4, tags.COMPACT_BASE, 30001 + tags.COMPACT_BASE, COMPACT_READ),
            (
                "or read",
                3,
                tags.MIRROR_BASE + tags.COMPACT_BASE,
                40001 + tags.MIRROR_BASE + tags.COMPACT_BASE,
                COMPACT_READ,
            ),
        ],
    )


def user_values() -> str:
    return _fields(UserValue)


def user_outputs() -> str:
    return _fields(UserOutput)


def _fields(model: type[UserValue] | type[UserOutput]) -> str:
    rows = []
    for key, field in model.model_fields.items():
        takes = (
            "letters, digits, single underscores; up to 32, a letter first"
            if key == "name"
            else in_words(field.annotation, field.metadata)
        )
        rows.append((f"`{key}`", "yes" if field.is_required() else "", takes, _meaning(key, field.description)))
    return table(("key", "must", "takes", "meaning"), rows)


def _meaning(key: str, description: str | None) -> str:
    return "As PLC programs and the exports call it" if key == "name" else (description or "").strip()


def user_facts() -> str:
    kinds = (("a number", FACT_NUMBERS), ("a bit", FACT_BITS), ("a string", FACT_TEXTS))
    return table(("gives", "facts"), [(kind, ", ".join(f"`@{fact}`" for fact in facts)) for kind, facts in kinds])


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        modbus_port,
        plc_written,
        plc_read,
        plc_channels,
        plc_logix,
        user_values,
        user_outputs,
        user_facts,
    )
}
