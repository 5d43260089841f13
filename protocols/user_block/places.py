"""The types of user-defined values, and how many registers each takes."""

from typing import Literal

from ..tag import Wire

Kind = Literal["int16", "uint16", "int32", "uint32", "float32", "bits", "string"]
FIRST_OUTPUT, LAST_OUTPUT = 96, 127  # discrete inputs

WIRE: dict[str, Wire[int] | Wire[float]] = {
    "int16": Wire.I16,
    "uint16": Wire.U16,
    "int32": Wire.I32,
    "uint32": Wire.U32,
    "float32": Wire.F32,
    "bits": Wire.U16,
}
ENDS = {  # of a measured value; what is left over says "not measured"
    "int16": (-0x7FFF, 0x7FFF, -0x8000),
    "uint16": (0, 0xFFFE, 0xFFFF),
    "int32": (-0x7FFFFFFF, 0x7FFFFFFF, -0x80000000),
    "uint32": (0, 0xFFFFFFFE, 0xFFFFFFFF),
}


def span(kind: str, length: int | None) -> int:
    """Registers of a value; of a string with its length in front."""
    return 1 + (length or 0) // 2 + (length or 0) % 2 if kind == "string" else WIRE[kind].words


def is_bits(kind: str) -> bool:
    """What a trigger clears."""
    return kind == "bits"
