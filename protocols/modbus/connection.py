"""One TCP connection: cuts the stream into requests, answers each once and in order."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from ..peers import watch_peer
from .clients import Client
from .codec import HEADER, MAX_LENGTH, MIN_LENGTH, Later, frame, unpack_header
from .diagnostics import LineCounters
from .functions import Functions
from .gate import Gate
from .trace import Trace

BUFFER = 2048  # bytes of requests read at once, so that one client cannot hold the loop; the rest waits in the kernel
FRAME_LIMIT_S = 2.0  # a started frame must be complete
UNREAD_LIMIT_S = 2.0  # answers beyond HIGH_WATER must be taken
HIGH_WATER, LOW_WATER, BATCH = 32 * 1024, 8 * 1024, 64  # together below the cap of 64 KB of unsent answers
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of a server use."""

    functions: Functions
    gate: Gate
    line: LineCounters
    trace: Trace
    connections: "set[Connection]"
    idle_timeout_s: float  # 0 = never
    watched: bool  # a valid request of the controlling client is its sign of life


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request whose answer waits for a commit."""

    began_ns: int
    transaction: int
    unit: int
    pdu: bytes


class Connection(asyncio.BufferedProtocol):
    """Requests may be pipelined and cut anywhere. While an answer waits for a commit the later ones wait behind it."""

    def __init__(self, shared: Shared, begun: bytes | None = None) -> None:
        """`begun`: the process before this one had the connection, and has read so much of a request."""
        self._begun = begun
        self._shared, self._functions = shared, shared.functions
        self._keep_exchange, self._numbers, self._now_ns = shared.trace.keep, shared.trace.numbers, shared.trace.now_ns
        self._keep_longer = shared.trace.longer.keep
        self._loop = asyncio.get_running_loop()
        self._admitted = False
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._end = 0  # so many bytes of it are filled
        self._waiting = False  # for a commit
        self._held = False  # nothing is read or answered: it is about to be another process's
        self._choked = False  # the client does not take its answers
        self._limit: asyncio.TimerHandle | None = None  # for the frame that has begun, or the answers not taken
        self._idle: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self.gone: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        client = self._shared.gate.enter(peer[0], known=self._begun is not None) if peer else None
        if client is None:
            _reset(self._transport)
            return
        self._client, self._admitted = client, True
        self._seen = self._shared.trace.longer.seen_by(client.address)
        self._shared.connections.add(self)
        watch_peer(transport.get_extra_info("socket"))
        self._transport.set_write_buffer_limits(HIGH_WATER, LOW_WATER)
        if self._shared.idle_timeout_s:
            self._heard = self._loop.time()
            self._check_idle()
        if self._begun:
            self._buffer[: len(self._begun)] = self._begun
            self.buffer_updated(len(self._begun))

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_limit()
        if self._idle:
            self._idle.cancel()
        if self._admitted:
            self._shared.connections.discard(self)
            self._shared.gate.leave(self._client)
        self.gone.set_result(None)

    def abort(self) -> None:
        """Close at once; answers that were not sent are dropped."""
        self._transport.abort()

    @property
    def address(self) -> str:
        """Of its client."""
        return self._client.address

    def end(self, reason: str) -> None:
        """A person closes it: what was answered before is still sent, for a while."""
        self._cut(reason)

    def hold(self) -> None:
        """Read and answer nothing more: what comes waits in the kernel, for whoever has the connection then."""
        self._held = True
        self._transport.pause_reading()

    def go_on(self) -> None:
        """The other process could not take it."""
        self._held = False
        self._go_on()

    @property
    def at_rest(self) -> bool:
        """No answer is owed, and all that were given have left."""
        return not self._waiting and not self._transport.get_write_buffer_size()

    @property
    def ours(self) -> bool:
        """Nobody has closed it."""
        return self._admitted and not self._transport.is_closing()

    @property
    def socket(self) -> Any:
        """Its socket, with `fileno()`."""
        return self._transport.get_extra_info("socket")

    @property
    def read(self) -> bytes:
        """What was read of a request that is not complete."""
        return bytes(self._buffer[: self._end])

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._end :] if self._end else self._view

    def buffer_updated(self, nbytes: int) -> None:
        self._end += nbytes
        if self._shared.idle_timeout_s:
            self._heard = self._loop.time()
        self._work()

    def pause_writing(self) -> None:
        self._choked = True
        self._transport.pause_reading()
        self._start_limit(UNREAD_LIMIT_S, self._overrun)

    def resume_writing(self) -> None:
        self._choked = False
        self._stop_limit()
        self._go_on()

    def _go_on(self) -> None:
        if not self._waiting and not self._choked and not self._held and not self._transport.is_closing():
            self._transport.resume_reading()
            self._work()

    def _work(self) -> None:
        """Answer what is complete; keep the rest."""
        client = self._client
        if self._waiting or self._choked or self._held:
            return
        good = client.requests - client.exceptions
        while self._batch(client):
            pass
        if self._shared.watched and client.requests - client.exceptions > good:
            self._shared.gate.served(client)

    def _batch(self, client: Client) -> bool:
        """Answer up to `BATCH` requests in one write; return whether to go on. This is the hot path."""
        data = bytes(self._buffer[: self._end])
        at, end, nonsense = 0, len(data), ""
        answers: list[bytes] = []
        keep, numbers, now_ns, address = self._keep_exchange, self._numbers, self._now_ns, client.address
        seen = self._seen
        client.last_request_ns = began_ns = now_ns()
        while end - at >= HEADER and len(answers) < BATCH and not self._waiting:
            transaction, protocol, length = unpack_header(data, at)
            if protocol or not MIN_LENGTH <= length <= MAX_LENGTH:
                nonsense = f"protocol id {protocol}, length {length} are no Modbus TCP"
                break
            stop = at + HEADER + length
            if stop > end:
                break
            unit, pdu = data[at + 6], data[at + 7 : stop]
            answer = self._functions.answer(unit, pdu, client)
            if isinstance(answer, Later):
                self._wait(answer, _Asked(began_ns, transaction, unit, pdu))
            else:
                answers.append(frame(transaction, unit, answer))
                ended_ns = now_ns()
                keep(raw := (next(numbers), began_ns, ended_ns, address, transaction, unit, pdu, answer))
                if pdu not in seen:
                    self._keep_longer(raw, seen)
                began_ns = ended_ns
            at = stop
        self._keep(at)
        if answers:
            self._transport.write(answers[0] if len(answers) == 1 else b"".join(answers))
        if nonsense:
            self._shared.line.framing_errors += 1
            self._cut(nonsense)
        return len(answers) == BATCH and not nonsense and not self._choked and not self._waiting

    def _wait(self, answer: Later, asked: _Asked) -> None:
        self._waiting = True
        self._transport.pause_reading()
        answer.committed.add_done_callback(partial(self._committed, asked, answer.pdu))

    def _committed(self, asked: _Asked, answer: bytes, done: asyncio.Future[None]) -> None:
        failure = asyncio.CancelledError() if done.cancelled() else done.exception()
        self._waiting = False
        if failure:
            answer = self._functions.failed(asked.pdu, self._client, failure)
        times = asked.began_ns, self._now_ns()
        who = self._client.address, asked.transaction, asked.unit
        raw = (next(self._numbers), *times, *who, asked.pdu, answer)
        self._keep_exchange(raw)
        self._keep_longer(raw, self._seen)
        if not self._transport.is_closing():
            self._transport.write(frame(asked.transaction, asked.unit, answer))
            self._go_on()

    def _keep(self, at: int) -> None:
        """Drop what was answered; a request that has begun must be complete in time."""
        rest = self._end - at
        if not rest and not self._limit:
            self._end = 0
            return
        if at and rest:
            self._buffer[:rest] = self._buffer[at : self._end]
        self._end = rest
        if self._limit and (at or not rest):
            self._stop_limit()
        if rest and not self._waiting and not self._limit:
            self._start_limit(FRAME_LIMIT_S, partial(self._cut, f"a request was not complete in {FRAME_LIMIT_S:g} s"))

    def _overrun(self) -> None:
        self._shared.line.overruns += 1
        self._cut("it does not take its answers")
        self._transport.abort()

    def _cut(self, reason: str) -> None:
        """Close; what was answered before is still sent, for a while."""
        self._stop_limit()
        self._shared.gate.cut(self._client, reason)
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._start_limit(UNREAD_LIMIT_S, self._transport.abort)

    def _check_idle(self) -> None:
        silent_s = self._loop.time() - self._heard
        if silent_s >= self._shared.idle_timeout_s:
            self._cut(f"silent for {self._shared.idle_timeout_s:g} s")
        else:
            self._idle = self._loop.call_later(self._shared.idle_timeout_s - silent_s, self._check_idle)

    def _start_limit(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_limit()
        self._limit = self._loop.call_later(seconds, then)

    def _stop_limit(self) -> None:
        if self._limit:
            self._limit.cancel()
            self._limit = None


def _reset(transport: asyncio.Transport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()
