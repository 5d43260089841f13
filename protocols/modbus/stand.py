"""How the handshake stands at one moment: the registers by which a request is understood afterwards."""

import struct
from typing import NamedTuple

from .. import tags
from ..image import ProcessImage

_RESULT = 2 * tags.RESULT_BASE
WORDS = 19
_UNPACK = struct.Struct(f">{WORDS}H").unpack


class Stand(NamedTuple):
    """StatusWord to ControlWord as they stood right after a request; no word of it moves by itself."""

    status: int
    status_2: int
    trigger_seq_ack: int
    trigger_seq_rejected: int
    reject_code: int
    command_seq_ack: int
    command_status: int
    command_error: int
    job: int
    error: int
    warning: int
    queued: int
    newest: int
    capacity: int
    result_seq: int
    result_trigger_seq: int
    flags: int
    result_job: int
    control: int

    @property
    def ready(self) -> bool:
        """TriggerReady."""
        return bool(self.status & 1)

    @property
    def valid(self) -> bool:
        """ResultsValid."""
        return bool(self.status & 1 << 11)

    @property
    def enabled(self) -> bool:
        """TriggerEnable."""
        return bool(self.control & 1)

    @property
    def buffered(self) -> bool:
        """BufferResultsEnable."""
        return bool(self.control & 4)


def taken(image: ProcessImage) -> bytes:
    """The registers of a `Stand`, raw: CameraHeartbeat and State are left out, the first moves with every beat."""
    words = image.input
    return bytes(words[:4] + words[8:32] + words[_RESULT : _RESULT + 8] + image.holding[:2])


def read(raw: bytes) -> Stand:
    """A stand that was taken."""
    return Stand(*_UNPACK(raw))
