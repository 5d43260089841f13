"""What the pages below docs/plc repeat of the code, and the exports of a station with default settings."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docs.markdown import table
from docs.modbus_tables import span
from protocols import tags
from protocols.active_map import FORMATS, export
from protocols.active_map.declarations import COMMAND_WRITTEN, COMPACT_READ
from protocols.settings import ModbusSettings
from protocols.tag import Tag
from protocols.user_block import FACT_BITS, FACT_NUMBERS, FACT_TEXTS, Layout, UserOutput, UserValue
from service.settings.table import in_words
from vision.field_docs import description

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


def plc_beckhoff() -> str:
    return table(
        ("block", "function", "`nMBAddr`", "`nQuantity`"),
        [
            ("`FB_MBWriteRegs`", 16, 0, COMMAND_WRITTEN),
            ("`FB_MBReadInputRegs`", 4, tags.COMPACT_BASE, COMPACT_READ),
        ],
    )


def plc_siemens() -> str:
    return table(
        ("", "`MB_MODE`", "`MB_DATA_ADDR`", "`MB_DATA_LEN`", "function"),
        [
            ("write", 1, 40001, COMMAND_WRITTEN, f"16, holding registers {span(0, COMMAND_WRITTEN)}"),
            ("read", 0, 30001 + tags.COMPACT_BASE, COMPACT_READ, f"4, input registers {compact_input()}"),
        ],
    )


def command_written() -> str:
    return span(0, COMMAND_WRITTEN)


def compact_input() -> str:
    return span(tags.COMPACT_BASE, COMPACT_READ)


def compact_mirror() -> str:
    return span(tags.MIRROR_BASE + tags.COMPACT_BASE, COMPACT_READ)


def user_one_based() -> str:
    return str(30001 + tags.USER_BASE)


def result_time_limit() -> str:
    return _registers(tags.RESULT_TIME_LIMIT)


def test_float() -> str:
    return _registers(tags.TEST_FLOAT)


def _registers(tag: Tag[Any]) -> str:
    assert tag.address is not None
    return span(tag.address.register, tag.wire.words)


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
        rows.append((f"`{key}`", "yes" if field.is_required() else "", takes, _meaning(key, description(model, key))))
    return table(("key", "must", "takes", "meaning"), rows)


def _meaning(key: str, said: str) -> str:
    return "As PLC programs and the exports call it" if key == "name" else said


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
        plc_beckhoff,
        plc_siemens,
        command_written,
        compact_input,
        compact_mirror,
        user_one_based,
        result_time_limit,
        test_float,
        user_values,
        user_outputs,
        user_facts,
    )
}
