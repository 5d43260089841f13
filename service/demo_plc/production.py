"""What is being made, as a PLC program says it: command 9, a text at a time."""

import time
from collections.abc import Mapping

from .plc import Plc, PlcError

SET_STRING = 9
ARGUMENTS = {"order": 1, "lot": 2}
COMMAND, TEXT = 1, 128  # holding registers of CommandCode and CommandTextLength
SEQ_ACK, STATUS, ERROR = 7, 8, 9  # in the status block
DONE, FAILED = 2, 3


async def set_texts(plc: Plc, texts: Mapping[str, str], limit_s: float) -> None:
    """Set order and lot for the parts to come, each until the station says that it is done.

    Raises:
        PlcError: It is not; the message says which, and CommandErrorCode.
    """
    for name, text in texts.items():
        data = text.encode()
        await plc.write(TEXT, (len(data), *plc.text(text)))
        seq = (await plc.status())[SEQ_ACK] % 0xFFFF + 1
        await plc.write(COMMAND, (SET_STRING, ARGUMENTS[name], seq))
        until = time.perf_counter() + limit_s
        status = await plc.status_when(lambda s, seq=seq: s[SEQ_ACK] == seq and s[STATUS] in (DONE, FAILED), until)  # type: ignore[misc]
        if status is None:
            raise PlcError(f"the {name} was not taken within {limit_s:g} s")
        if status[STATUS] == FAILED:
            raise PlcError(f"the {name} {text!r} was refused: CommandErrorCode {status[ERROR]}")
