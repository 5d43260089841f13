"""What a PLC would write, for a station that has none yet: pulses that go the handshake's own way and leave nothing."""

import asyncio
from collections.abc import Callable
from enum import StrEnum, unique

from protocols import reasons, tags
from protocols.handshake import CommandError, Handshake
from protocols.image import ProcessImage

from .hub import Rejected

CLIENT = "simulated PLC"  # as the results have it, and the memory of what each client wrote last
COMMAND_CODE, COMMAND_ARG, LOAD_JOB = 1, 2, 1  # registers, and the command


@unique
class Input(StrEnum):
    """What is pulsed: a bit of ControlWord, or a whole command."""

    TRIGGER = "Trigger"
    RESULTS_ACK = "ResultsAck"
    CLEAR_ERROR = "ClearError"
    LOAD_JOB = "LoadJob"


_BITS = {
    kind: tag.address.bit or 0
    for kind, tag in (
        (Input.TRIGGER, tags.TRIGGER),
        (Input.RESULTS_ACK, tags.RESULTS_ACK),
        (Input.CLEAR_ERROR, tags.CLEAR_ERROR),
        (Input.LOAD_JOB, tags.EXECUTE_COMMAND),
    )
    if tag.address
}
ENABLE = 0  # bit of TriggerEnable
FAILED = 3  # CommandStatus
COMMAND_WORDS = {
    CommandError.WRONG_STATE.value: "another command is being executed",
    CommandError.NO_SUCH_JOB.value: "no recipe in production has this job number",
}

ENABLED = "TriggerEnable is 1: a PLC has the trigger, and its bits are not simulated"


class SimulatedPlc:
    """Writes between two turns of the loop, so that neither a client nor a crash meets a bit that was simulated."""

    def __init__(self, image: ProcessImage, handshake: Handshake, note: Callable[[str, str, str], object]) -> None:
        self._image, self._handshake, self._note = image, handshake, note

    async def pulse(self, wanted: Input, who: str, job: int = 0) -> None:
        """Ends when the answer is committed, as a PLC reads it.

        Raises:
            Rejected: A PLC has the trigger; or as a PLC would be rejected, with TriggerRejectCode or CommandErrorCode.
        """
        if self._image.get(tags.TRIGGER_ENABLE) or self._handshake.held_by_plc:
            raise Rejected(0, ENABLED)
        self._note("simulate", f"{wanted}{f' {job}' if wanted is Input.LOAD_JOB else ''} as a PLC writes it", who)
        missed = self._image.get(tags.MISSED_TRIGGER_COUNT)
        committed = self._write(wanted, job)
        if committed is not None:
            await committed
        self._check(wanted, missed)

    def _write(self, wanted: Input, job: int) -> "asyncio.Future[None] | None":
        """All of it without an `await`; what stood in the registers stands there afterwards."""
        write, bit = self._handshake.write_bits, _BITS[wanted]
        before = {COMMAND_CODE: self._image.get(tags.COMMAND_CODE), COMMAND_ARG: self._image.get(tags.COMMAND_ARG)}
        if wanted is Input.LOAD_JOB:
            self._handshake.write(CLIENT, {COMMAND_CODE: LOAD_JOB, COMMAND_ARG: job})
        write(CLIENT, {bit: 0} | ({ENABLE: 1} if wanted is Input.TRIGGER else {}))
        committed = write(CLIENT, {bit: 1})
        write(CLIENT, {bit: 0} | ({ENABLE: 0} if wanted is Input.TRIGGER else {}))
        if wanted is Input.LOAD_JOB:
            self._handshake.write(CLIENT, before)
        self._handshake.disconnected(CLIENT)
        return committed

    def _check(self, wanted: Input, missed: int) -> None:
        if wanted is Input.TRIGGER and self._image.get(tags.MISSED_TRIGGER_COUNT) != missed:
            code = self._image.get(tags.TRIGGER_REJECT_CODE)
            raise Rejected(code, reasons.rejects()[code])
        if wanted is Input.LOAD_JOB and self._image.get(tags.COMMAND_STATUS) == FAILED:
            code = self._image.get(tags.COMMAND_ERROR_CODE)
            raise Rejected(code, COMMAND_WORDS.get(code, f"the command failed with CommandErrorCode {code}"))
