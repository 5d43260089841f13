"""Functions 7 and 8: made for serial lines, asked for by testers."""

import struct
from dataclasses import dataclass

from ..handshake.types import Refused
from ..image import ProcessImage
from .clients import Client
from .codec import Code

ECHO, CLEAR = 0, 10
BUS_MESSAGES, BUS_ERRORS, EXCEPTIONS, SERVER_MESSAGES, NO_RESPONSES, OVERRUNS = 11, 12, 13, 14, 15, 18


@dataclass(slots=True)
class LineCounters:
    """What function 8 counts since the start or the last clear; 16 bits of it are shown."""

    messages: int = 0
    framing_errors: int = 0
    exceptions: int = 0
    other_units: int = 0  # refused with 0B
    overruns: int = 0  # clients that did not take their answers

    def clear(self) -> None:
        """Begin anew."""
        self.messages = self.framing_errors = self.exceptions = self.other_units = self.overruns = 0

    def get(self, subfunction: int) -> int | None:
        """The counter that `subfunction` asks for, None where there is none."""
        return {
            BUS_MESSAGES: self.messages,
            BUS_ERRORS: self.framing_errors,
            EXCEPTIONS: self.exceptions,
            SERVER_MESSAGES: self.messages - self.other_units,
            NO_RESPONSES: 0,  # every request is answered
            OVERRUNS: self.overruns,
        }.get(subfunction)


class Diagnostics:
    """Answers to functions 7 and 8."""

    def __init__(self, image: ProcessImage, counters: LineCounters) -> None:
        self._image, self._counters = image, counters

    def exception_status(self, pdu: bytes, client: Client) -> bytes:
        """Function 7: the low byte of StatusWord."""
        if len(pdu) != 1:
            raise Refused(Code.VALUE)
        return bytes((7, self._image.shown(0, 1)[1]))

    def diagnose(self, pdu: bytes, client: Client) -> bytes:
        """Function 8."""
        if len(pdu) < 3:
            raise Refused(Code.VALUE)
        subfunction = int.from_bytes(pdu[1:3], "big")
        count = self._counters.get(subfunction)
        if count is None and subfunction not in (ECHO, CLEAR):
            raise Refused(Code.FUNCTION)
        if subfunction == ECHO:
            return _echo(pdu)
        if pdu[3:] != b"\0\0":
            raise Refused(Code.VALUE)
        if count is None:
            self._counters.clear()
            return pdu
        return struct.pack(">BHH", 8, subfunction, count & 0xFFFF)


def _echo(pdu: bytes) -> bytes:
    """Any number of 16-bit words, at least one."""
    if len(pdu) < 5 or len(pdu) % 2 == 0:
        raise Refused(Code.VALUE)
    return pdu
