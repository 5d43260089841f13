"""A PLC's end of Modbus TCP, with plain sockets: what it sends and when is in the hands of the test."""

import random
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

PATIENCE_S = 10.0  # for one answer, and for anything a station is waited for
TRIGGER_READY, MISSED, BUSY, RESULTS_VALID, EXECUTING = 1, 1 << 3, 1 << 8, 1 << 11, 1 << 12  # bits of StatusWord
SLOT_WORDS, SLOTS = 64, 16


class ExceptionAnswer(Exception):
    """The station refused; `code` is the Modbus exception."""

    def __init__(self, code: int, pdu: bytes) -> None:
        super().__init__(f"exception {code} to {pdu.hex()}")
        self.code = code


class NotInTime(AssertionError):
    """A station that answers, and does not get where it must."""


class Plc:
    """One client address with one connection."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self.port, self.address = port, address
        self._socket: socket.socket | None = None
        self._transaction = 0

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connected(self) -> bool:
        """As far as this end knows."""
        return self._socket is not None

    def connect(self) -> None:
        """Connect, anew where there was a connection; a read makes sure that the station knows of it."""
        self.close()
        self._socket = self.dial()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read(0, 1)

    def dial(self) -> socket.socket:
        """A connection to the station, over loopback."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_S, (self.address, 0))

    def connect_patiently(self, limit_s: float = 30.0) -> None:
        """Connect to a station that may be starting."""
        end = time.monotonic() + limit_s
        while True:
            try:
                return self.connect()
            except (OSError, ExceptionAnswer):
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
        self._socket = None

    def read(self, address: int, count: int) -> tuple[int, ...]:
        """Input registers, of any number."""
        words: list[int] = []
        while len(words) < count:
            part = min(125, count - len(words))
            words += _words(self.ask(struct.pack(">BHH", 4, address + len(words), part)))
        return tuple(words)

    def holding(self, address: int, count: int) -> tuple[int, ...]:
        """Holding registers, at most 125."""
        return _words(self.ask(struct.pack(">BHH", 3, address, count)))

    def write(self, address: int, *values: int) -> None:
        """Holding registers: FC6 for one, FC16 for more."""
        self.ask(write_pdu(address, values))

    def write_then_read(self, address: int, values: Sequence[int], start: int, count: int) -> tuple[int, ...]:
        """FC23: write, and read `count` registers of the mirror of input register `start` in the same turn."""
        head = struct.pack(">BHHHHB", 23, 1000 + start, count, address, len(values), 2 * len(values))
        return _words(self.ask(head + struct.pack(f">{len(values)}H", *values)))

    def write_bits(self, bits: Mapping[int, int], chance: random.Random) -> None:
        """Bits of ControlWord: FC5 for one, FC15 for neighbours, FC22 for any."""
        low, high = min(bits), max(bits)
        if len(bits) == 1 and chance.random() < 0.5:
            self.ask(struct.pack(">BHH", 5, low, 0xFF00 * bits[low]))
        elif len(bits) == high - low + 1 and chance.random() < 0.5:
            packed = sum(value << bit - low for bit, value in bits.items())
            self.ask(struct.pack(">BHHBB", 15, low, len(bits), 1, packed))
        else:
            keep = 0xFFFF & ~sum(1 << bit for bit in bits)
            self.ask(struct.pack(">BHHH", 22, 0, keep, sum(value << bit for bit, value in bits.items())))

    def ask(self, pdu: bytes) -> bytes:
        """One request and its answer.

        Raises:
            ExceptionAnswer: It was refused.
            OSError: The connection is gone.
        """
        return self.ask_all([pdu])[0]

    def exception_of(self, pdu: bytes) -> int:
        """The exception code that a request is refused with; 0 = it was not."""
        try:
            self.ask(pdu)
        except ExceptionAnswer as exc:
            return exc.code
        return 0

    def ask_all(self, pdus: Sequence[bytes]) -> list[bytes]:
        """Several requests in one segment, and their answers."""
        self.send(pdus)
        return [self._answer(pdu) for pdu in pdus]

    def send(self, pdus: Sequence[bytes]) -> None:
        """Requests whose answers nobody waits for yet."""
        if self._socket is None:
            raise ConnectionError("not connected")
        frames = []
        for pdu in pdus:
            self._transaction = (self._transaction + 1) & 0xFFFF
            frames.append(struct.pack(">HHHB", self._transaction, 0, len(pdu) + 1, 1) + pdu)
        self._socket.sendall(b"".join(frames))

    def _answer(self, pdu: bytes) -> bytes:
        (length,) = struct.unpack_from(">H", self._exactly(6), 4)
        answer = self._exactly(length)[1:]
        if answer[0] & 0x80:
            raise ExceptionAnswer(answer[1], pdu)
        return answer

    def _exactly(self, size: int) -> bytes:
        assert self._socket
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise ConnectionError("the station closed the connection")
            data += more
        return data

    # what a PLC program waits for

    def status_when(
        self, true: Callable[[tuple[int, ...]], object], limit_s: float = PATIENCE_S, poll_s: float = 0.001
    ) -> tuple[int, ...]:
        """The status block, as soon as it is as wanted.

        Raises:
            NotInTime: It never was.
        """
        end = time.monotonic() + limit_s
        while not true(status := self.read(0, 64)):
            if time.monotonic() > end:
                raise NotInTime(f"{self.address}: not within {limit_s:g} s; the status is {status}")
            time.sleep(poll_s)
        return status

    def settled(self) -> tuple[int, ...]:
        """The status block once nothing is on its way."""
        return self.status_when(lambda status: not status[0] & (BUSY | EXECUTING))

    def slot(self, result_seq: int) -> tuple[int, ...]:
        """The ring slot of a result."""
        return self.read(2000 + SLOT_WORDS * (result_seq % SLOTS), SLOT_WORDS)

    def ring(self) -> dict[int, tuple[int, ...]]:
        """Every result in the ring, by ResultSeq; each slot in a read of its own, so that none is torn."""
        reads = [struct.pack(">BHH", 4, 2000 + SLOT_WORDS * i, SLOT_WORDS) for i in range(SLOTS)]
        slots = [_words(answer) for answer in self.ask_all(reads)]
        return {slot[0]: slot for slot in slots if slot[0]}


def write_pdu(address: int, values: Sequence[int]) -> bytes:
    """FC6 for one register, FC16 for more."""
    if len(values) == 1:
        return struct.pack(">BHH", 6, address, values[0])
    head = struct.pack(">BHHB", 16, address, len(values), 2 * len(values))
    return head + struct.pack(f">{len(values)}H", *values)


def u32(words: Sequence[int], at: int) -> int:
    """The number in two registers."""
    return words[at] << 16 | words[at + 1]


def _words(answer: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{answer[1] // 2}H", answer[2 : 2 + answer[1]])
