"""Data types and function blocks for a PLC, in the dialect that it speaks."""

from importlib import resources

from .. import tags
from ..user_block import Layout, UserValue, span
from .declarations import RESULT, Block, handshake, user_block, user_members
from .dialects import DIALECTS
from .errors import ExportError

_TEMPLATES = resources.files(__package__) / "templates"
_NUMBERS = {"int16": "WORD_TO_INT", "uint16": "WORD_TO_UINT", "bits": ""}


def as_text(dialect: str, layout: Layout) -> str:
    """The whole export.

    Raises:
        ExportError: The station's word or string order has no ready block.
    """
    made = DIALECTS[dialect]
    orders = layout.orders
    words = sorted({orders.word, *(v.word_order for v in layout.block.values if v.word_order)})
    if wrong := [order for order in words if order in ("BADC", "DCBA")]:
        raise ExportError(f"word order {wrong[0]}: the function blocks know ABCD and CDAB, set modbus.word_order so")
    head = f"// {made.title}\n// Made by an inspection station; orders {orders.word}, {orders.string}; "
    head += f"MapVersion 16#{tags.MAP_VERSION:04X}. Addresses are 0-based.\n"
    parts = [head, made.extra, made.structure("VisionResult", RESULT), made.function_block(_handshake(layout))]
    if layout.block.values:
        parts += [made.structure("VisionUser", user_members(layout)), made.function_block(_user_block(layout))]
    notes = _TEMPLATES / f"{dialect}.txt"
    return "\n".join([*filter(None, parts), notes.read_text("utf-8")])


def _handshake(layout: Layout) -> Block:
    body = (_TEMPLATES / "handshake.st").read_text("utf-8")
    if layout.orders.word == "CDAB":
        body = body.replace(
            "(ReadWords[16 + 2 * i], ReadWords[17 + 2 * i])", "(ReadWords[17 + 2 * i], ReadWords[16 + 2 * i])"
        )
    return handshake(body)


def _user_block(layout: Layout) -> Block:
    values = layout.block.values
    words = max(v.address + span(v.type, v.length) for v in values) - tags.USER_BASE
    return user_block(layout, "".join(_taken_apart(value, layout) for value in values), words)


def _taken_apart(value: UserValue, layout: Layout) -> str:
    at = value.address - tags.USER_BASE
    if value.type == "string":
        return _string(value.name, at, span("string", value.length) - 1, layout.orders.string == "low-first")
    if value.type in _NUMBERS:
        convert = _NUMBERS[value.type]
        return f"User.{value.name} := {f'{convert}(UserWords[{at}])' if convert else f'UserWords[{at}]'};\n"
    high, low = (at + 1, at) if (value.word_order or layout.orders.word) == "CDAB" else (at, at + 1)
    kind = {"int32": "DINT", "uint32": "UDINT", "float32": "REAL"}[value.type]
    return f"User.{value.name} := {kind}_OF(UserWords[{high}], UserWords[{low}]);\n"


def _string(name: str, at: int, words: int, low_first: bool) -> str:
    high, low = ("2 * i + 1", "2 * i") if low_first else ("2 * i", "2 * i + 1")
    return (
        f"User.{name}Length := WORD_TO_UINT(UserWords[{at}]);\n"
        f"FOR i := 0 TO {words - 1} DO\n"
        f"    User.{name}[{high}] := WORD_TO_BYTE(SHR(UserWords[{at + 1} + i], 8));\n"
        f"    User.{name}[{low}] := WORD_TO_BYTE(UserWords[{at + 1} + i] AND 16#FF);\n"
        "END_FOR;\n"
    )
