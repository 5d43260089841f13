"""The OPC UA server: tags follow the process image, results are published one after the other, commands come in."""

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from asyncua import Server, ua

from protocols.image import ProcessImage
from protocols.standstill import Standstill

from . import monitoring
from .access import Access, Identity
from .capabilities import EVENT_PROFILES, HISTORY_PROFILES, MODEL_PROFILES, PROFILES, tell
from .certificate import load_pair
from .commands import Commands, WrittenCommands
from .connections import LIMITS, MAX_MESSAGE, SocketServer
from .diagnostics_shown import ShownDiagnostics
from .entrance import Entrance
from .history import HISTORIZED, EventHistory, History, StationHistory
from .machine_vision import MachineVision, NodesetError, TypeSpace, VisionStation
from .meanings import NAMESPACE
from .nodes import INDEX, node_id, tags_first, variant
from .people import TokenAlone
from .results import CLOSING, ROWS, Quality, ResultValues, Row, Value
from .scales import Scale, scale_values
from .sessions import Limits, StationInternalServer
from .standing import StationSpace, add_history, add_tags
from .tools import ToolFound, Tools

log = logging.getLogger(__name__)

SLICE = 20  # tags written before other work gets its turn
PAUSE_S = 0.001  # between slices: a thread that a part waits for gets the interpreter only when the loop sleeps
BACKLOG = 3  # results that wait: from then on there is no pause
PERIOD_S = 0.1  # of what follows the process image
RESULT_ROWS = frozenset(ROWS)
FRESH_S = 1.0  # a result that comes while the station cannot measure stays Good so long, for who samples slowly
SERVICE_LEVEL, SERVICE_LEVEL_LOST = 255, 199  # OPC UA Part 4, 6.6.2.4.2: below 200 = degraded
ENCRYPTED = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
]


class OpcUaServer:
    """Build it, start it on a listening socket, publish to it, stop it."""

    def __init__(
        self,
        image: ProcessImage,
        commands: Commands,
        access: Access,
        vision: VisionStation | None = None,
        history: History | None = None,
    ) -> None:
        """`vision` stands behind the Machine Vision model, `history` behind HistoryRead; None = there is none."""
        monitoring.install()
        self._image, self._access = image, access
        self._internal = StationInternalServer(
            access.anonymous, access.people or TokenAlone(access.token), access.trust, access.limits
        )
        self._internal.policy_none = access.policy_none
        self._server = Server(iserver=self._internal)
        self._sockets: SocketServer | None = None
        self.entrance = Entrance(self._internal)
        self._introduced: Identity | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._written = WrittenCommands(image, commands)
        self._tools = Tools()
        self._values = ResultValues(image, self._tools)
        self.machine_vision = MachineVision(self._server, INDEX, vision) if vision else None
        self._history = history
        self._queue: asyncio.Queue[Callable[[], Iterable[Value]]] = asyncio.Queue()
        self.newest: Sequence[Row] = ()
        """Rows of the newest result, as `publish` was given them"""
        self._scales: Mapping[int, Scale] | None = None  # not yet written
        self._tool_scales: Mapping[str, Scale] = {}

    def pause_with(self, standstill: Standstill) -> None:
        """Commands are refused with BadShutdown while the station stands still."""
        self._internal.standstill = standstill

    async def build(self, types: TypeSpace | None = None) -> None:
        """Make the address space, before anything is served: out of a cache a tenth of a second, else some.

        `types`: what it begins with; a StationSpace only for a server with `vision` and `history`.
        """
        collecting = gc.isenabled()
        gc.disable()  # half a million objects that all stay
        try:
            await (types or TypeSpace()).prepare(self._server)
            await self._add_nodes()
            await self._add_machine_vision()
            await self._add_history()
            await self._tell_capabilities()
            tags_first(self._internal.aspace)
        finally:
            if collecting:
                gc.enable()

    async def _add_nodes(self) -> None:
        index = await self._server.get_namespace_index(NAMESPACE)
        assert index == INDEX, index
        self._server.set_force_server_timestamp(True)
        await add_tags(self._server, self._image, HISTORIZED if self._history else ())
        self._internal.commands = self._written.by_node()

    async def _add_machine_vision(self) -> None:
        if self.machine_vision is None:
            return
        try:
            self._internal.methods = await self.machine_vision.build()
        except NodesetError as exc:  # the flat tags serve without it
            log.error("OPC UA serves without the Machine Vision model: %s", exc)
            self.machine_vision = None

    async def _add_history(self) -> None:
        if self._history is None:
            return
        events = None
        if self.machine_vision is not None:
            events = EventHistory(self._internal.aspace, self.machine_vision.notifiers, self.machine_vision.past_event)
        await add_history(self._server, events.sources if events else ())
        self._internal.history_manager = StationHistory(self._internal, self._history, events)

    async def _tell_capabilities(self) -> None:
        history, model = self._history is not None, self.machine_vision is not None
        profiles = dict(PROFILES)
        for there, more in ((history, HISTORY_PROFILES), (model, MODEL_PROFILES), (history and model, EVENT_PROFILES)):
            profiles |= more if there else {}
        await tell(self._server, self._access.limits, list(profiles), MAX_MESSAGE)

    async def introduce(self, listener: socket.socket, identity: Identity) -> None:
        """What clients are told before they connect; the slow part of `start`, which needs no connection yet."""
        host, port = listener.getsockname()[:2]
        self._server.set_endpoint(f"opc.tcp://{host}:{port}/")
        self._server.limits = LIMITS
        await self._introduce(identity)
        await self.present(identity)
        self._introduced = identity

    async def start(self, listener: socket.socket, identity: Identity) -> None:
        """Serve on `listener`; may be called again after it raised."""
        if self._introduced != identity:
            await self.introduce(listener, identity)
        await self._internal.start()
        await self._write(self._values.of_quality(Quality.INITIAL))  # before anybody can read what was never measured
        self._sockets = SocketServer(self._internal, listener, self._access.limits.per_address)
        self._sockets.set_policies(self._server._policies)  # noqa: SLF001
        await self._sockets.start()
        self._tasks = [asyncio.create_task(self._follow_image()), asyncio.create_task(self._publish_results())]
        self.entrance.clients = self._sockets.clients
        shown = ShownDiagnostics(self._server)
        self._tasks.append(asyncio.create_task(shown.run(self._internal.diagnostics, self._sockets.clients)))
        if self.machine_vision:
            self._tasks.append(asyncio.create_task(self.machine_vision.run()))

    async def present(self, identity: Identity) -> None:
        """Offer the endpoints with this certificate; connections that are open go on with the one they know."""
        server, access = self._server, self._access
        pair = await asyncio.to_thread(load_pair, identity.certificate, identity.key)
        self._internal.certificate, self._internal.private_key = pair
        server._policies, self._internal.endpoints = [], []  # noqa: SLF001 - of a certificate before this one
        server.set_security_policy([*([ua.SecurityPolicyType.NoSecurity] if access.policy_none else []), *ENCRYPTED])
        anonymous = [ua.AnonymousIdentityToken] if access.anonymous else []
        server.set_identity_tokens([*anonymous, ua.UserNameIdentityToken, ua.X509IdentityToken])
        await server._setup_server_nodes()  # noqa: SLF001 - no public way to serve on a socket that is there
        if self._sockets:
            self._sockets.set_policies(server._policies)  # noqa: SLF001

    async def _introduce(self, identity: Identity) -> None:
        server = self._server
        await server.set_application_uri(identity.uri)
        await server.set_build_info(
            NAMESPACE, "Vision Inspection", identity.name, identity.version, "0", datetime.now(UTC)
        )
        server.set_server_name(identity.name)

    async def stop(self) -> None:
        """Close every connection and the listener."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        clock, self._internal.time_task = self._internal.time_task, None
        if clock:  # asyncua would wait for its next second
            clock.cancel()
        if self._sockets:
            await self._sockets.stop()
        await self._internal.stop()

    @property
    def serving(self) -> bool:
        """Connections are accepted."""
        return self._sockets is not None and self._sockets.serving

    def sessions(self) -> int:
        """Connected clients."""
        return len(self._sockets.clients) if self._sockets else 0

    # results

    def publish(self, rows: Sequence[Row], source_time_us: int, found: Mapping[str, ToolFound] | None = None) -> None:
        """Queue one result: its rows are written in order, all with one SourceTimestamp, before the next result's.

        `found` is what the steps found, by their names.
        """
        self.newest = rows
        self._queue.put_nowait(lambda: self._values.of_result(rows, found or {}, source_time_us))

    def add_tools(self, names: Iterable[str]) -> None:
        """Steps of these names are in production: each has its tags from now on."""
        for name in names:
            self._queue.put_nowait(partial(self._add_tool, name))

    async def know_tools(self, names: Iterable[str]) -> None:
        """As `add_tools`, before anything is served: several milliseconds each, that nobody then waits for."""
        for name in names:
            await self._write(self._add_tool(name))

    def _add_tool(self, name: str) -> Iterable[Value]:
        """Between two results, so that its tags are in all of a set or in none of it."""
        items = self._tools.add(name)
        for result in self._internal.node_mgt_service.add_nodes(items):
            result.StatusCode.check()
        return self._values.added(self._tools.by_name[name]) if items else ()

    def set_quality(self, quality: Quality) -> None:
        """From now until the next result, result tags carry `quality`; one that comes offline is Good for a moment."""
        self._queue.put_nowait(lambda: self._values.of_quality(quality))

    async def _set_service_level(self, level: int) -> None:
        node = ua.NodeId(ua.ObjectIds.Server_ServiceLevel)
        await self._server.write_attribute_value(node, _now(ua.Variant(level, ua.VariantType.Byte)))

    async def _publish_results(self) -> None:
        while True:
            await self._write((await self._next_values())())
            await asyncio.sleep(0)  # the queue may hold many, and the loop belongs to the PLC
            await self._set_service_level(SERVICE_LEVEL if self._values.measuring else SERVICE_LEVEL_LOST)

    async def _next_values(self) -> Callable[[], Iterable[Value]]:
        try:
            async with asyncio.timeout(FRESH_S if self._values.stale else None):
                return await self._queue.get()
        except TimeoutError:
            return self._values.restore_standing

    def set_scales(self, scales: Mapping[int, Scale], tools: Mapping[str, Scale] | None = None) -> None:
        """Units and limits of the values by slot, and by tool, written within a period: another recipe is active."""
        self._scales, self._tool_scales = scales, tools or {}

    async def _write_scales(self) -> None:
        scales, self._scales = self._scales, None
        for node, value in scale_values(scales, self._tool_scales) if scales is not None else ():
            await self._server.write_attribute_value(node, _now(value))

    # what follows the process image

    async def _follow_image(self) -> None:
        while True:
            await self._write_scales()
            await asyncio.sleep(PERIOD_S)
            changed = [tag for tag in self._image.drain() if tag.node and tag not in RESULT_ROWS]
            forced = self._image.overlay.tags
            await self._write((tag, _now(variant(tag, self._image.seen(tag)), tag in forced)) for tag in changed)

    async def _write(self, values: Iterable[Value]) -> None:
        for count, (tag, value) in enumerate(values, 1):
            await self._server.write_attribute_value(node_id(tag), value)
            if count % SLICE == 0 and tag is not CLOSING[0]:
                await asyncio.sleep(PAUSE_S if self._queue.qsize() < BACKLOG else 0)


def _now(value: ua.Variant, forced: bool = False) -> ua.DataValue:
    """What a person prescribes is never Good: many clients look at no more than that."""
    now, code = datetime.now(UTC), ua.StatusCodes.UncertainSubstituteValue if forced else ua.StatusCodes.Good
    return ua.DataValue(value, ua.StatusCode(code), SourceTimestamp=now, ServerTimestamp=now)


__all__ = ["Access", "Commands", "Identity", "Limits", "OpcUaServer", "Quality", "StationSpace"]
