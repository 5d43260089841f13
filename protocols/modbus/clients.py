"""Who is connected and what became of its requests: the first thing a commissioning engineer needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REMEMBERED = 64  # addresses whose counters are kept after they have gone

REASONS = {
    1: "this function, or sub-function, is not known",
    2: "no such address",
    3: "count, length or value not allowed",
    4: "internal failure, see the log",
    6: "the station is starting",
    0x0B: "unit id not served",
}


WRITES = (5, 6, 15, 16, 22, 23)


def in_words(function: int, code: int) -> str:
    """What exception `code` says in the answer to `function`."""
    reason = "this client has no write control" if code == 1 and function in WRITES else REASONS.get(code, "refused")
    return f"exception {code:02X}, {reason}"


@dataclass(frozen=True, slots=True)
class ClientCounters:
    """One client address as the console shows it."""

    address: str
    connections: int
    connected_since_us: int  # UTC of its oldest connection in one row, 0 when it has gone
    requests: int
    exceptions: int
    last_request_us: int  # UTC, 0 = none yet
    last_function: int  # 0 = none yet
    last_error: str  # in words, empty = none
    last_error_at_us: int  # UTC, 0 = none
    refused: int  # connections that were reset because of the limits
    refused_at_us: int  # UTC of the last one, 0 = none
    refused_writes: int  # requests that were answered with 01 because it has no write control
    refused_write_at_us: int  # UTC of the last one, 0 = none
    may_write: bool  # a write would be taken now
    controls: bool  # it has write control now
    allowed: bool  # an administrator let it write beside those of the settings


@dataclass(slots=True, eq=False)
class Client:
    """One client address over all its connections."""

    address: str
    connections: int = 0
    connected_since_us: int = 0
    requests: int = 0
    exceptions: int = 0
    last_request_ns: int = 0  # CLOCK_MONOTONIC, 0 = none yet
    refused: int = 0
    refused_at_us: int = 0
    refused_writes: int = 0
    refused_write_at_us: int = 0
    last_function: int = 0
    last_error: tuple[bytes, int] | str = ""  # request and exception code; words are made when somebody looks
    last_error_at_us: int = 0

    def counters(self, may_write: bool, controls: bool, allowed: bool, utc_offset_us: int) -> ClientCounters:
        """What stands there now; `utc_offset_us` is UTC less CLOCK_MONOTONIC."""
        return ClientCounters(
            self.address,
            self.connections,
            self.connected_since_us,
            self.requests,
            self.exceptions,
            self.last_request_ns and self.last_request_ns // 1000 + utc_offset_us,
            self.last_function,
            self._error_in_words(),
            self.last_error_at_us,
            self.refused,
            self.refused_at_us,
            self.refused_writes,
            self.refused_write_at_us,
            may_write,
            controls,
            allowed,
        )

    def told(self) -> dict[str, Any]:
        """What the process that follows is told, as JSON; connections are counted as they come."""
        kept = {name: getattr(self, name) for name in _TOLD}
        return kept | {"last_error": self._error_in_words() if self.last_error else ""}

    def _error_in_words(self) -> str:
        if isinstance(self.last_error, str):
            return self.last_error
        pdu, code = self.last_error
        return f"request {pdu.hex(' ')}: {in_words(pdu[0], code)}"


_TOLD = (
    *("address", "connected_since_us", "requests", "exceptions", "last_request_ns"),
    *("refused", "refused_at_us", "refused_writes", "refused_write_at_us", "last_function", "last_error_at_us"),
)


class Clients:
    """The clients by address."""

    def __init__(self, utc_us: Callable[[], int]) -> None:
        self._utc_us = utc_us
        self._clients: dict[str, Client] = {}
        self.connections = 0

    def __iter__(self) -> Iterator[Client]:
        return iter(self._clients.values())

    def know(self, told: Iterable[Mapping[str, Any]]) -> None:
        """What `Client.told` says of each, the longest unseen first."""
        for one in told:
            known = {name: value for name, value in one.items() if name in (*_TOLD, "last_error")}
            self._clients[one["address"]] = Client(**known)

    def of(self, address: str) -> int:
        """Open connections of `address`."""
        client = self._clients.get(address)
        return client.connections if client else 0

    def opened(self, address: str) -> Client:
        """One more connection of `address`."""
        client = self._clients.pop(address, None) or Client(address)
        self._clients[address] = client  # to the end: the order is that of the last connection
        if not client.connected_since_us:
            client.connected_since_us = self._utc_us()
        client.connections += 1
        self.connections += 1
        self._forget()
        return client

    def refused(self, address: str) -> None:
        """A connection of `address` was not let in."""
        client = self._clients.setdefault(address, Client(address))
        client.refused += 1
        client.refused_at_us = self._utc_us()
        self._forget()

    def closed(self, client: Client) -> None:
        """One connection less."""
        client.connections -= 1
        self.connections -= 1
        if client.connections == 0:
            client.connected_since_us = 0

    def failed(self, client: Client, error: tuple[bytes, int] | str) -> None:
        """Remember what went wrong last."""
        client.last_error, client.last_error_at_us = error, self._utc_us()
        if not isinstance(error, str) and error[1] == 1 and error[0][0] in WRITES:
            client.refused_writes += 1
            client.refused_write_at_us = client.last_error_at_us

    def _forget(self) -> None:
        gone = [c for c in self if c.connections == 0]
        for client in gone[: max(0, len(self._clients) - REMEMBERED)]:
            del self._clients[client.address]
