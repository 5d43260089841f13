"""One request, one answer: the function codes, and what is refused in which order."""

import logging
from collections.abc import Callable, Mapping

from ..handshake.types import Refused
from ..seldom import Seldom
from .clients import Client, Clients
from .codec import Answer, Code, refusal
from .diagnostics import Diagnostics, LineCounters
from .identification import Identification
from .reads import Reads
from .writes import Writes

log = logging.getLogger(__name__)

Function = Callable[[bytes, Client], Answer]


def function_table(
    reads: Reads, writes: Writes, diagnostics: Diagnostics, identification: Identification
) -> Mapping[int, Function]:
    """The functions by code; any other code is exception 01."""
    return {
        1: reads.coils,
        2: reads.discrete_inputs,
        3: reads.holding_registers,
        4: reads.input_registers,
        5: writes.coil,
        6: writes.register,
        7: diagnostics.exception_status,
        8: diagnostics.diagnose,
        15: writes.coils,
        16: writes.registers,
        17: identification.server_id,
        22: writes.mask,
        23: writes.read_write,
        43: identification.device_id,
    }


class Functions:
    """Answers requests. Checked in this order: unit id, function, start-up, then write control (01), quantity and byte
    count (03), address (02), value (03) by the function itself.
    """

    def __init__(
        self, table: Mapping[int, Function], counters: LineCounters, clients: Clients, unit_ids: frozenset[int]
    ) -> None:
        self._table, self._counters, self._clients = table, counters, clients
        self._unit_ids = unit_ids or frozenset(range(256))
        self._seldom = Seldom()
        self.starting = False  # while it is true every known function is exception 06

    def answer(self, unit: int, pdu: bytes, client: Client) -> Answer:
        """What goes back for `pdu`, at least one byte long."""
        client.requests += 1
        client.last_function = pdu[0]
        self._counters.messages += 1
        function = self._table.get(pdu[0])
        try:
            if function is None or self.starting or unit not in self._unit_ids:
                raise Refused(self._why_not(unit, function))
            return function(pdu, client)
        except Refused as refused:
            return self._refuse(pdu, client, refused.code)
        except Exception as exc:  # a defect here must not take the connection, or the loop, with it
            return self.failed(pdu, client, exc)

    def failed(self, pdu: bytes, client: Client, exc: BaseException) -> bytes:
        """The answer to a request that failed by our own fault: exception 04, and a line in the log."""
        if self._seldom.due((pdu[0], type(exc))):
            log.error("Modbus function %d of %s failed: %s", pdu[0], client.address, pdu.hex(" "), exc_info=exc)
        return self._refuse(pdu, client, Code.FAILURE)

    def _why_not(self, unit: int, function: Function | None) -> Code:
        if unit not in self._unit_ids:
            self._counters.other_units += 1
            return Code.UNIT
        return Code.FUNCTION if function is None else Code.STARTING

    def _refuse(self, pdu: bytes, client: Client, code: int) -> bytes:
        client.exceptions += 1
        self._counters.exceptions += 1
        self._clients.failed(client, (pdu[:10], code))
        return refusal(pdu[0], code)
