"""A whole station in the test's own loop: real store, real sockets, and its inside within reach."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from protocols import tags
from protocols.tag import Tag
from service import generations, serving
from service.demo_plc.handshakes import BySequence, Part, enable, wait_ready
from service.demo_plc.plc import Plc
from service.settings import Settings
from service.states import State
from service.station import Station
from service.store import Store, recovery
from tests.patience import PATIENCE_S, until
from tests.types_cache import give_types
from vision.cameras import SimulatedCamera
from vision.cameras.faults import Faults

GOOD_LINE = {"defect_rate": 0.0}


def listener() -> socket.socket:
    """A free port of loopback, listening as Gunicorn's master would have it."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    sock.setblocking(False)
    return sock


@dataclass
class InProcess:
    """One running station, with a PLC connected."""

    settings: Settings
    station: Station
    url: str
    plc: Plc
    line: BySequence
    opcua_port: int = 0

    @property
    def store(self) -> Store:
        return self.station.line._committer._store

    @property
    def camera(self) -> SimulatedCamera:
        camera = self.station.camera.camera
        assert isinstance(camera, SimulatedCamera)
        return camera

    @property
    def faults(self) -> Faults:
        return self.camera.faults

    @property
    def alarms(self) -> list[int]:
        """Active numbers."""
        return [alarm.number for alarm in self.station._alarms.active]

    def read(self, tag: Tag[Any]) -> Any:
        return self.station._image.get(tag)

    async def ready(self) -> None:
        """The state machine comes to be Ready."""
        await until(lambda: self.read(tags.STATE) == State.READY)

    async def enable(self) -> None:
        """The PLC enables triggers and waits for TriggerReady."""
        await enable(self.plc)
        await wait_ready(self.plc, 20)
        await self.line.begin()

    async def part(self) -> Part:
        """Trigger one part over Modbus; its result, once whoever follows the line has been told."""
        outcome = await self.line.part(0)
        assert isinstance(outcome, Part), outcome
        async with asyncio.timeout(60):
            while (last := self.station.last) is None or last.accepted.number < outcome.number:
                await asyncio.sleep(0.001)
        return outcome


@asynccontextmanager
async def station_running(
    folder: Path,
    patch: pytest.MonkeyPatch,
    *,
    opcua: bool = False,
    boot_id: str = "",
    connect: bool = True,
    **sections: Any,
) -> AsyncIterator[InProcess]:
    """Serve until the test leaves; `sections` are those of station.toml. The simulated line makes good parts only.

    `opcua`: serve it too; `opcua_settings`: its section. `boot_id`: pretend that the machine was powered up so.
    """
    patient = {
        "data_folder": folder / "data",
        "acquisition_limit_ms": 4000,
        "commit_limit_ms": 20_000,
    }  # it may be busy
    sections["station"] = patient | sections.get("station", {})
    sections.setdefault("camera", {"type": "simulated"} | GOOD_LINE)
    sections.setdefault("store", {"min_free_mb": 0})
    sections["opcua"] = {"asset": False} | sections.pop("opcua_settings", {})  # its types cost every client a second
    settings = Settings(**sections)
    sockets = {"modbus": listener()} | ({"opcua": listener()} if opcua else {})
    if settings.ascii.enabled:
        sockets["ascii"] = listener()
    patch.setattr(generations, "sockets", sockets)
    if opcua:
        give_types(settings.station.data_folder, settings.opcua.asset)
    if boot_id:
        (folder / "boot_id").write_text(boot_id)
        patch.setattr(recovery, "BOOT_ID", folder / "boot_id")
    async with AsyncExitStack() as stack:
        for sock in sockets.values():
            stack.callback(sock.close)
        ready = await serving.prepare(settings, stack)
        if ready.opcua:
            ready.opcua._internal.max_pending_activation_seconds = 60  # a busy machine
        app = await serving.serve(settings, ready, stack)
        http = await _serve(app, stack)
        port = sockets["modbus"].getsockname()[1]
        plc = Plc("127.0.0.1", port, 1, PATIENCE_S)
        if connect:
            await plc.connect()
        stack.callback(plc.close)
        running = InProcess(settings, ready.commands.station, http, plc, BySequence(plc, 10))
        if opcua:
            running.opcua_port = sockets["opcua"].getsockname()[1]
        yield running


async def _serve(app: web.Application, stack: AsyncExitStack) -> str:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    sock = listener()
    await web.SockSite(runner, sock).start()
    return f"http://127.0.0.1:{sock.getsockname()[1]}"
