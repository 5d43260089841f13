"""Send malformed OPC UA to a real station, batch by batch."""

import asyncio
import contextlib
import random
import socket
import time
from collections import Counter
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary

from benchmarks.accept.bench import bench
from tests.fuzz.opcua_chunks import BODY, Stage, bent, noise
from tests.fuzz.opcua_recording import CHANNEL, HEADER, SEQUENCE, TOKEN, Recording, chunks, record
from tests.fuzz.target import Target, finish, seeded
from tests.patience import PATIENCE_S

CHUNKS = 200_000
STREAMS_PER_BATCH = 100
MAP_VERSION = 0x0101
WARM_UP = 0.1  # share of the chunks, before memory is measured
STAGES = {Stage.CONNECTED: (15, 1), Stage.HELLO: (15, 1), Stage.CHANNEL: (30, 6), Stage.SESSION: (40, 40)}
"""Weight of each stage, and how many malformed chunks are sent at most."""


class Talk:
    """One connection that says what was recorded, with the numbers of its own channel and session."""

    def __init__(self, port: int, recording: Recording) -> None:
        self._recording = recording
        at = body_of_open(recording.open) - 8
        self._sequence = int.from_bytes(recording.open[at : at + 4], "little")
        self._ids, self._auth = b"", recording.auth
        self.sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reach(self, stage: Stage) -> None:
        """All that comes before it, as it should be.

        Raises:
            ConnectionError: The station hung up, as it may when there is no room.
        """
        recording = self._recording
        if stage.value >= Stage.HELLO.value:
            self._ask(recording.hello)
        if stage.value >= Stage.CHANNEL.value:
            answer = self._ask(recording.open)
            parameters = _response(ua.OpenSecureChannelResponse, answer, body_of_open(answer)).Parameters
            token = parameters.SecurityToken
            self._ids = token.ChannelId.to_bytes(4, "little") + token.TokenId.to_bytes(4, "little")
        if stage is Stage.SESSION:
            created = _response(ua.CreateSessionResponse, self._ask(self.own(recording.create)), BODY).Parameters
            self._auth = created.AuthenticationToken.Identifier
            self._ask(self.own(recording.activate))

    def own(self, chunk: bytes) -> bytes:
        """With this channel's ids, the next sequence number and this session's token, where these have their place."""
        chunk = chunk.replace(self._recording.auth, self._auth)
        if chunk[:3] not in (b"MSG", b"CLO") or len(chunk) < BODY:
            return chunk
        self._sequence += 1
        number = self._sequence.to_bytes(4, "little")
        assert (CHANNEL, TOKEN, SEQUENCE) == (8, 12, 16)
        return chunk[:CHANNEL] + self._ids + 2 * number + chunk[BODY:] if self._ids else chunk

    def _ask(self, chunk: bytes) -> bytes:
        self.sock.sendall(chunk)
        data = b""
        while not (found := chunks(data)[0]):
            more = self.sock.recv(65536)
            if not more:
                raise ConnectionResetError("the station hung up")
            data += more
        return found[0]


def body_of_open(chunk: bytes) -> int:
    """Where the body of an OPN chunk begins."""
    at = HEADER + 4
    for _ in range(3):
        size = int.from_bytes(chunk[at : at + 4], "little", signed=True)
        at += 4 + max(0, size)
    return at + 8


def _response(kind: type, chunk: bytes, at: int) -> Any:
    return struct_from_binary(kind, Buffer(chunk[at:]))


class Sender:
    """Sends streams and counts."""

    def __init__(self, port: int, recording: Recording, chance: random.Random) -> None:
        self._port, self._recording, self._chance = port, recording, chance
        self.counts: Counter[str] = Counter()

    def send(self) -> None:
        """One connection: as it should be up to a stage, then malformed."""
        chance = self._chance
        stage = chance.choices(list(STAGES), [weight for weight, _ in STAGES.values()])[0]
        talk = Talk(self._port, self._recording)
        self.counts["connections"] += 1
        with talk.sock:
            talk.reach(stage)
            self.counts[stage.name.lower()] += 1
            with contextlib.suppress(ConnectionError):
                for _ in range(chance.randint(1, STAGES[stage][1])):
                    self._one(talk, stage)
                    self.counts["malformed"] += 1
            finish(talk.sock)

    def _one(self, talk: Talk, stage: Stage) -> None:
        chance = self._chance
        chunk = noise(chance) if chance.random() < 0.05 else bent(self._recording, stage, talk.own, chance)
        if chance.random() < 0.05:  # in pieces
            for at in range(0, len(chunk), 7):
                talk.sock.sendall(chunk[at : at + 7])
        else:
            talk.sock.sendall(chunk)


def opcua_fuzz(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Fails at the first valid read that is late, and at what is found at the end."""
    return asyncio.run(_fuzz(folder, round(CHUNKS * scale), seed))


async def _fuzz(folder: Path, wanted: int, seed: int) -> dict[str, object]:
    with bench(folder, seed) as station:
        port = station.running.opcua
        target = Target(station)
        sender = Sender(port, await record(port), seeded(seed, "opcua"))
        warm = False
        async with Client(f"opc.tcp://127.0.0.1:{port}/", timeout=PATIENCE_S, watchdog_intervall=PATIENCE_S) as kept:
            while sender.counts["malformed"] < wanted:
                await asyncio.to_thread(_batch, sender)
                began = time.monotonic()
                await _valid_read(kept)
                async with Client(kept.server_url.geturl(), timeout=PATIENCE_S, watchdog_intervall=PATIENCE_S) as new:
                    await _valid_read(new)
                target.answered_in(time.monotonic() - began)
                sender.counts["batches"] += 1
                if not warm and sender.counts["malformed"] >= WARM_UP * wanted:
                    target.warmed_up()
                    warm = True
        return dict(sender.counts) | target.unharmed(sender.counts["malformed"])


def _batch(sender: Sender) -> None:
    for _ in range(STREAMS_PER_BATCH):
        sender.send()


async def _valid_read(client: Client) -> None:
    assert await client.get_node("ns=2;s=Status.MapVersion").read_value() == MAP_VERSION
