"""PLC programs over a real socket: the steps that right and wrong ones share."""

import itertools
import struct

from benchmarks.accept.plc import BUSY, MISSED, RESULTS_VALID, TRIGGER_READY, Plc, u32, write_pdu

ENABLE, TRIGGER, BUFFER, ACK = 1, 2, 4, 8  # of ControlWord
TRIGGER_ACK = 2  # of StatusWord
BY_FC6 = struct.Struct(">BHH")

_numbers = itertools.count(1000)


def number() -> int:
    """A TriggerSeq that nobody has used."""
    return next(_numbers)


def begin(plc: Plc, control: int = ENABLE) -> None:
    """As the manual has it: baselines of 0, then TriggerEnable, then wait for TriggerReady."""
    plc.write(0, 0, 0, 0, 0, 0)
    plc.write(0, control)
    plc.status_when(lambda s: s[0] & TRIGGER_READY)


def trigger(plc: Plc) -> int:
    """Wait for TriggerReady, trigger by number, and see that it was taken."""
    plc.status_when(lambda s: s[0] & TRIGGER_READY)
    seq = number()
    plc.write(4, seq)
    status = plc.status_when(lambda s: seq in (s[4], s[5]))
    assert status[4] == seq, f"rejected with code {status[6]}"
    return seq


def valid(plc: Plc, poll_s: float = 0.001) -> None:
    plc.status_when(lambda s: s[0] & RESULTS_VALID, poll_s=poll_s)


def read_pdu(function: int, address: int, count: int) -> bytes:
    return BY_FC6.pack(function, address, count)


__all__ = [
    "ACK",
    "BUFFER",
    "BUSY",
    "ENABLE",
    "MISSED",
    "RESULTS_VALID",
    "TRIGGER",
    "TRIGGER_ACK",
    "TRIGGER_READY",
    "begin",
    "number",
    "read_pdu",
    "trigger",
    "u32",
    "valid",
    "write_pdu",
]
