"""Send malformed Modbus to a real station, batch by batch."""

import contextlib
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.accept.bench import bench
from benchmarks.accept.plc import Plc
from tests.fuzz.modbus_frames import Stream, streams
from tests.fuzz.target import Target, finish, seeded, valid_read

FRAMES = 1_000_000
STREAMS_PER_BATCH = 200
WARM_UP = 0.1  # share of the frames, before memory is measured
PATIENCE_S = 10.0  # of a stream
DRIPS = 4  # at once; each has its connection closed after 2 s
RESET = struct.pack("ii", 1, 0)
REFUSALS = (1, 2, 3)


class Sender:
    """Sends streams and counts what was malformed: refused, or reason to close."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self._port, self._chance = port, chance
        self.counts: Counter[str] = Counter()
        self._drips: list[tuple[socket.socket, bytes, float]] = []

    @property
    def malformed(self) -> int:
        return self.counts["refused"] + self.counts["cut off"]

    def send(self, stream: Stream) -> None:
        """One connection."""
        self.counts["connections"] += 1
        if stream.drip:
            return self._begin_drip(stream.frames[0])
        with self._connect() as sock:
            if stream.unread:
                return self._send_and_reset(sock, stream)
            with contextlib.suppress(ConnectionError):  # closed already, which is the right answer to what is no frame
                for piece in self._pieces(stream):
                    sock.sendall(piece)
            answers = finish(sock)
        if stream.answered:
            self._check(stream.frames, answers)
        else:
            self.counts["cut off"] += len(stream.frames)
        return None

    def _connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self._port), PATIENCE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def _pieces(self, stream: Stream) -> Iterator[bytes]:
        data = b"".join(stream.frames)
        if not stream.sliced:
            yield data
            return
        while data:
            size = self._chance.choice((1, 1, 2, 6, 7, 8, 30))
            yield data[:size]
            data = data[size:]

    def _check(self, frames: tuple[bytes, ...], answers: bytes) -> None:
        """Each has one answer, in order; none failed by our own fault."""
        at = 0
        for frame in frames:
            transaction, protocol, length = struct.unpack_from(">HHH", answers, at)
            unit, function = answers[at + 6], answers[at + 7]
            at += 6 + length
            assert (transaction, protocol, unit) == (*struct.unpack_from(">HH", frame), frame[6]), frame.hex()
            assert function & 0x7F == frame[7] & 0x7F, frame.hex()
            if function & 0x80:
                assert answers[at - 1] in REFUSALS, f"exception {answers[at - 1]} to {frame.hex()}"
                self.counts["refused"] += 1
            else:
                self.counts["taken"] += 1
        assert at == len(answers), "more answers than requests"

    def _send_and_reset(self, sock: socket.socket, stream: Stream) -> None:
        sock.settimeout(0.2)  # the station stops to read while its answers are not taken
        with contextlib.suppress(OSError):
            sock.sendall(b"".join(stream.frames))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.counts["unread"] += len(stream.frames)

    def _begin_drip(self, frame: bytes) -> None:
        if len(self._drips) < DRIPS:
            self._drips.append((self._connect(), frame, time.monotonic()))

    def close(self) -> None:
        """What still drips ends."""
        for sock, _, _ in self._drips:
            sock.close()

    def drip(self) -> None:
        """One more byte of each request that never ends; the station hangs up after 2 s."""
        going = []
        for sock, frame, since in self._drips:
            assert time.monotonic() < since + PATIENCE_S, "a request that never ends was not cut off"
            try:
                sock.sendall(frame[:1])
                going.append((sock, frame[1:] or frame[:0], since)) if frame else self._ended(sock)
            except ConnectionError:
                self._ended(sock)
        self._drips = going

    def _ended(self, sock: socket.socket) -> None:
        sock.close()
        self.counts["cut off"] += 1


def modbus_fuzz(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Fails at the first valid read that is late, the first wrong answer, and at what is found at the end."""
    wanted = round(FRAMES * scale)
    with (
        bench(folder, seed, VISION_OPCUA__ENABLED="false") as station,
        Plc(station.port) as kept,
        contextlib.closing(Sender(station.port, seeded(seed, "pieces"))) as sender,
    ):
        target = Target(station)
        source, warm = streams(seeded(seed, "modbus")), False
        while sender.malformed < wanted:
            for stream in islice(source, STREAMS_PER_BATCH):
                sender.send(stream)
            sender.drip()
            target.answers(lambda: valid_read(station.port, kept))
            sender.counts["batches"] += 1
            if not warm and sender.malformed >= WARM_UP * wanted:
                target.warmed_up()
                warm = True
        return {"malformed": sender.malformed} | dict(sender.counts) | target.unharmed(sender.malformed)
