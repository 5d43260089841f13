"""The least that a Modbus server needs behind it: a command image that takes writes, and clocks that stand still."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from protocols import tags
from protocols.handshake.types import Refused
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer
from protocols.settings import ModbusSettings
from protocols.tag import HR
from tests.protocols.modbus.wire import Wire

RESERVED = {7, *range(49, 64), *range(161, 200)}
UTC_US = 1_700_000_000_123_456


class CommandImage:
    """Takes writes as the handshake does, without what follows from them."""

    def __init__(self, image: ProcessImage) -> None:
        self.image = image
        self.log: list[str] = []
        self.seen: list[str] = []
        self.commits: list[asyncio.Future[None]] | None = None  # a list: every write waits for its future
        self.defect: Exception | None = None

    def write(self, client: str, registers: Mapping[int, int]) -> asyncio.Future[None] | None:
        if self.defect:
            raise self.defect
        forbidden = registers.get(0, 0) > 0xFF or registers.get(16, 0) > 64
        if forbidden or any(registers[r] for r in RESERVED & registers.keys()):
            raise Refused(3)
        self.log.append(f"{client} {dict(registers)}")
        for register, value in registers.items():
            self.image.put(HR(register), value.to_bytes(2, "big"))
        if 4 in registers:
            self.image.set(tags.TRIGGER_SEQ_ACK, registers[4])
        return self._commit()

    def write_bits(self, client: str, bits: Mapping[int, int]) -> asyncio.Future[None] | None:
        if any(value and bit > 7 for bit, value in bits.items()):
            raise Refused(3)
        self.log.append(f"{client} bits {dict(bits)}")
        word = self.image.get(tags.CONTROL_WORD)
        for bit, value in bits.items():
            word = word | 1 << bit if value else word & ~(1 << bit)
        self.image.set(tags.CONTROL_WORD, word)
        return self._commit()

    def connected(self, client: str) -> None:
        self.log.append(f"{client} connected")

    def disconnected(self, client: str) -> None:
        self.log.append(f"{client} gone")

    def request_seen(self, client: str) -> None:
        self.seen.append(client)

    def _commit(self) -> asyncio.Future[None] | None:
        if self.commits is None:
            return None
        self.commits.append(asyncio.get_running_loop().create_future())
        return self.commits[-1]


@dataclass
class Station:
    image: ProcessImage
    commands: CommandImage
    server: ModbusServer
    port: int
    now: list[float] = field(default_factory=lambda: [0.0])  # seconds of write control's clock

    def dump(self) -> bytes:
        return bytes(self.image.holding + self.image.input)


async def start_station(
    settings: ModbusSettings, image: ProcessImage | None = None, sock: socket.socket | None = None
) -> Station:
    image = image or ProcessImage()
    commands, now = CommandImage(image), [0.0]
    server = ModbusServer(
        image,
        commands,
        settings,
        station_name="Line 3, pin check",
        version="1.2.3",
        utc_us=lambda: UTC_US,
        uptime_s=lambda: 86_400,
        now=lambda: now[0],
    )
    sock = sock or socket.create_server(("127.0.0.1", 0))
    await server.start(sock)
    return Station(image, commands, server, sock.getsockname()[1], now)


Serve = Callable[..., Awaitable[Station]]
Connect = Callable[..., Awaitable[Wire]]
Until = Callable[[Callable[[], bool]], Awaitable[None]]
