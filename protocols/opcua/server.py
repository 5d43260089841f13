"""The OPC UA server: tags follow the process image, results are published one after the other, commands come in."""

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from asyncua import Server, ua

from protocols import tags
from protocols.image import ProcessImage

from . import fast
from .commands import Commands, WrittenCommands
from .connections import LIMITS, SocketServer
from .machine_vision import MachineVision, NodesetError, VisionStation
from .nodes import INDEX, NAMESPACE, all_nodes, node_id, variant
from .people import People, TokenAlone
from .results import ROWS, Quality, ResultValues, Row, Value
from .scales import Scale, scale_values
from .sessions import ITEMS_PER_SESSION, METHODS_PER_CALL, NODES_PER_CALL, Limits, StationInternalServer
from .trust import TrustList

log = logging.getLogger(__name__)

SLICE = 20  # tags written before other work gets its turn
PERIOD_S = 0.1  # of what follows the process image
RESULT_ROWS = frozenset(ROWS)
FRESH_S = 1.0  # a result that comes while the station cannot measure stays Good so long, for who samples slowly
SERVICE_LEVEL, SERVICE_LEVEL_LOST = 255, 199  # OPC UA Part 4, 6.6.2.4.2: below 200 = degraded
_LIMIT = "Server_ServerCapabilities_OperationLimits_MaxNodesPer"
LIMIT_NODES = {
    getattr(ua.ObjectIds, _LIMIT + call): NODES_PER_CALL
    for call in ("Read", "Write", "Browse", "TranslateBrowsePathsToNodeIds")
} | {
    ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall: ITEMS_PER_SESSION,
    ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerMethodCall: METHODS_PER_CALL,
}
ENCRYPTED = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server is."""

    name: str
    uri: str
    certificate: Path
    key: Path
    version: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in, and how."""

    token: str
    anonymous: bool
    policy_none: bool
    limits: Limits = field(default_factory=Limits)
    people: People | None = None  # None = the user `station` alone
    trust: TrustList | None = None  # None = a channel is opened with any certificate


class OpcUaServer:
    """Build it, start it on a listening socket, publish to it, stop it."""

    def __init__(
        self, image: ProcessImage, commands: Commands, access: Access, vision: VisionStation | None = None
    ) -> None:
        """`vision` stands behind the Machine Vision model; None = the flat tags alone."""
        fast.install()
        self._image, self._access = image, access
        self._internal = StationInternalServer(
            access.anonymous, access.people or TokenAlone(access.token), access.trust, access.limits
        )
        self._internal.policy_none = access.policy_none
        self._server = Server(iserver=self._internal)
        self._sockets: SocketServer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._written = WrittenCommands(image, commands)
        self._values = ResultValues(image)
        self.machine_vision = MachineVision(self._server, INDEX, vision) if vision else None
        self._queue: asyncio.Queue[Callable[[], Iterable[Value]]] = asyncio.Queue()
        self._scales: Mapping[int, Scale] | None = None  # not yet written

    async def build(self) -> None:
        """Make the address space: most of a second, so it is done before anything is served."""
        collecting = gc.isenabled()
        gc.disable()  # half a million objects that all stay
        try:
            await self._server.init()
            await self._add_nodes()
            await self._add_machine_vision()
        finally:
            if collecting:
                gc.enable()

    async def _add_nodes(self) -> None:
        server = self._server
        index = await server.register_namespace(NAMESPACE)
        assert index == INDEX, index
        server.set_force_server_timestamp(True)
        await self._tell_limits()
        rows = [tag for tag in tags.ALL if tag.node]
        results = await self._internal.isession.add_nodes(all_nodes(rows, {t: self._image.get(t) for t in rows}))
        for result in results:
            result.StatusCode.check()
        self._internal.commands = self._written.by_node()

    async def _add_machine_vision(self) -> None:
        if self.machine_vision is None:
            return
        try:
            self._internal.methods = await self.machine_vision.build()
        except NodesetError as exc:  # the flat tags serve without it
            log.error("OPC UA serves without the Machine Vision model: %s", exc)
            self.machine_vision = None

    async def _tell_limits(self) -> None:
        """So that a client splits its calls by itself."""
        for node, limit in LIMIT_NODES.items():
            value = _now(ua.Variant(limit, ua.VariantType.UInt32))
            await self._server.write_attribute_value(ua.NodeId(node), value)

    async def start(self, listener: socket.socket, identity: Identity) -> None:
        """Serve on `listener`; may be called again after it raised."""
        host, port = listener.getsockname()[:2]
        self._server.set_endpoint(f"opc.tcp://{host}:{port}/")
        self._server.limits = LIMITS
        await self._introduce(identity)
        await self.present(identity)
        await self._internal.start()
        self._sockets = SocketServer(self._internal, listener, self._access.limits.per_address)
        self._sockets.set_policies(self._server._policies)  # noqa: SLF001
        await self._sockets.start()
        self.set_quality(Quality.INITIAL)
        self._tasks = [asyncio.create_task(self._follow_image()), asyncio.create_task(self._publish_results())]
        if self.machine_vision:
            self._tasks.append(asyncio.create_task(self.machine_vision.run()))

    async def present(self, identity: Identity) -> None:
        """Offer the endpoints with this certificate; connections that are open go on with the one they know."""
        server, access = self._server, self._access
        await server.load_certificate(identity.certificate)
        await server.load_private_key(identity.key)
        server._policies, self._internal.endpoints = [], []  # noqa: SLF001 - of a certificate before this one
        server.set_security_policy([*([ua.SecurityPolicyType.NoSecurity] if access.policy_none else []), *ENCRYPTED])
        anonymous = [ua.AnonymousIdentityToken] if access.anonymous else []
        server.set_identity_tokens([*anonymous, ua.UserNameIdentityToken])
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

    def publish(self, rows: Sequence[Row], source_time_us: int) -> None:
        """Queue one result: its rows are written in order, all with one SourceTimestamp, before the next result's."""
        self._queue.put_nowait(lambda: self._values.of_result(rows, source_time_us))

    def set_quality(self, quality: Quality) -> None:
        """From now until the next result, result tags carry `quality`; one that comes offline is Good for a moment."""
        self._queue.put_nowait(lambda: self._values.of_quality(quality))

    async def _set_service_level(self, level: int) -> None:
        node = ua.NodeId(ua.ObjectIds.Server_ServiceLevel)
        await self._server.write_attribute_value(node, _now(ua.Variant(level, ua.VariantType.Byte)))

    async def _publish_results(self) -> None:
        while True:
            await self._write((await self._next_values())())
            await self._set_service_level(SERVICE_LEVEL if self._values.measuring else SERVICE_LEVEL_LOST)

    async def _next_values(self) -> Callable[[], Iterable[Value]]:
        try:
            async with asyncio.timeout(FRESH_S if self._values.stale else None):
                return await self._queue.get()
        except TimeoutError:
            return self._values.restore_standing

    def set_scales(self, scales: Mapping[int, Scale]) -> None:
        """Units and limits of the slots' values by slot, written within a period: another recipe is active."""
        self._scales = scales

    async def _write_scales(self) -> None:
        scales, self._scales = self._scales, None
        for node, value in scale_values(scales) if scales is not None else ():
            await self._server.write_attribute_value(node, _now(value))

    # what follows the process image

    async def _follow_image(self) -> None:
        while True:
            await self._write_scales()
            await asyncio.sleep(PERIOD_S)
            changed = [tag for tag in self._image.drain() if tag.node and tag not in RESULT_ROWS]
            await self._write((tag, _now(variant(tag, self._image.get(tag)))) for tag in changed)

    async def _write(self, values: Iterable[Value]) -> None:
        for count, (tag, value) in enumerate(values, 1):
            await self._server.write_attribute_value(node_id(tag), value)
            if count % SLICE == 0:
                await asyncio.sleep(0)


def _now(value: ua.Variant) -> ua.DataValue:
    now = datetime.now(UTC)
    return ua.DataValue(value, SourceTimestamp=now, ServerTimestamp=now)


__all__ = ["Access", "Commands", "Identity", "Limits", "OpcUaServer", "Quality"]
