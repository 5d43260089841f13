"""Variables of the function blocks, in the types of IEC 61131-3."""

from dataclasses import dataclass
from typing import Literal

from ..user_block import Layout, span

Use = Literal["input", "output", "inout", "local"]
COMPACT_READ, COMMAND_WRITTEN = 32, 8  # words of the compact block, and of the command image from HR 0 on


@dataclass(frozen=True, slots=True)
class Variable:
    """`count` > 0: an array from 0 on."""

    name: str
    type: str
    meaning: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A function block: what it is called with, and its text in the common form."""

    name: str
    meaning: str
    inputs: tuple[Variable, ...]
    outputs: tuple[Variable, ...]
    inouts: tuple[Variable, ...]
    locals: tuple[Variable, ...]
    body: str
    timer: bool = False


RESULT = (
    Variable("Seq", "UINT", "ResultSeq"),
    Variable("TriggerSeq", "UINT", "the number that triggered it"),
    Variable("Job", "UINT", "job that judged"),
    Variable("RejectClass", "UINT", "0 pass, 1 to N class, 65535 error"),
    Variable("ErrorCode", "UINT", "alarm number behind an ERROR"),
    Variable("PassBits", "WORD", "bit i: the tool of slot i passed"),
    Variable("Simulated", "BOOL", "the judgement was forced"),
    Variable("NotStored", "BOOL", "not in the station's database"),
    Variable("Clamped", "BOOL", "a user-defined value did not fit"),
    Variable("Values", "REAL", "main values of slots 0 to 6; NaN or the setting not_measured", 7),
)
INPUTS = (
    Variable("Enable", "BOOL", "TriggerEnable: keep it TRUE"),
    Variable("Start", "BOOL", "rising edge: inspect one part"),
    Variable("Reset", "BOOL", "rising edge: ClearError"),
    Variable("CommOk", "BOOL", "the connection stands"),
    Variable("Fresh", "BOOL", "TRUE for one call after a write and the read that followed; always TRUE does as well"),
    Variable("TimeLimit", "TIME", "from Start to the result: ResultTimeLimit (IR 57) and some polls"),
)
OUTPUTS = (
    Variable("Ready", "BOOL", "TriggerReady"),
    Variable("Online", "BOOL", "camera and recipe are ready"),
    Variable("Busy", "BOOL", "a part is on its way"),
    Variable("Done", "BOOL", "Result is this part's; until the next Start"),
    Variable("Pass", "BOOL", "take the part only then"),
    Variable("Fail", "BOOL", "the part is bad"),
    Variable("Error", "BOOL", "the station could not judge"),
    Variable("Rejected", "BOOL", "the trigger was refused, see RejectCode"),
    Variable("TimedOut", "BOOL", "no result within TimeLimit"),
    Variable("RejectCode", "UINT", "TriggerRejectCode of this part's last refusal"),
    Variable("Count", "UDINT", "results read since the PLC's start"),
)
LOCALS = (
    Variable("State", "INT"),
    Variable("Beats", "UINT"),
    Variable("Beat", "WORD"),
    Variable("Number", "UINT"),
    Variable("LastSeq", "UINT"),
    Variable("Heartbeat", "UINT"),
    Variable("Control", "UINT"),
    Variable("StartBefore", "BOOL"),
    Variable("Begins", "BOOL"),
    Variable("Running", "BOOL"),
    Variable("StatusWord", "WORD"),
    Variable("FlagsWord", "WORD"),
    Variable("i", "INT"),
)


def handshake(body: str) -> Block:
    """The function block of the handshake by sequence numbers."""
    inouts = (
        Variable("ReadWords", "WORD", "compact block: input registers 900-931, or holding registers 1900-1931", 32),
        Variable("WriteWords", "WORD", "holding registers 0-7", 8),
        Variable("Result", "VisionResult", "the part's result, unchanged until the next one"),
    )
    meaning = "One part: trigger by number, wait for its own result, read it once, acknowledge it."
    return Block("VisionStation", meaning, INPUTS, OUTPUTS, inouts, LOCALS, body, timer=True)


TYPES = {
    "int16": "INT",
    "uint16": "UINT",
    "int32": "DINT",
    "uint32": "UDINT",
    "float32": "REAL",
    "bits": "WORD",
}


def user_members(layout: Layout) -> tuple[Variable, ...]:
    """Of the user-defined block's data type; a string is its length and its bytes."""
    found: list[Variable] = []
    for value in layout.block.values:
        if value.type == "string":
            found.append(Variable(f"{value.name}Length", "UINT", f"bytes of {value.name}"))
            room = 2 * (span("string", value.length) - 1)
            found.append(Variable(value.name, "BYTE", f"{value.source}, UTF-8", room))
        else:
            found.append(Variable(value.name, TYPES[value.type], value.source or ", ".join(filter(None, value.bits))))
    return tuple(found)


def user_block(layout: Layout, body: str, words: int) -> Block:
    """The function block that takes the user-defined block apart."""
    inouts = (
        Variable("UserWords", "WORD", f"input registers 400-{399 + words}, or holding registers from 1400 on", words),
        Variable("User", "VisionUser", "the values"),
    )
    meaning = "Takes the user-defined block apart. Read it after Done and before the next Start."
    return Block("VisionUserBlock", meaning, (), (), inouts, (Variable("i", "INT"),), body)
