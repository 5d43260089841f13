"""The OPC UA server: tags follow the process image, results are published one after the other, commands come in."""

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, unique
from pathlib import Path
from typing import Any, Protocol

from asyncua import Server, ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag

from . import fast
from .connections import LIMITS, SocketServer
from .nodes import INDEX, NAMESPACE, all_nodes, node_id, variant, variant_type
from .sessions import Command, Limits, StationInternalServer, Users

log = logging.getLogger(__name__)

SLICE = 20  # tags written before other work gets its turn
PERIOD_S = 0.1  # of what follows the process image
RESULT_ROWS = frozenset(tag for tag in tags.ALL if tag.node and tag.node.startswith(("Result.", "Slot.")))
PART_ID_BYTES = 64
SERVICE_LEVEL, SERVICE_LEVEL_LOST = 255, 199  # OPC UA Part 4, 6.6.2.4.2: below 200 = degraded
ENCRYPTED = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]


@unique
class Quality(Enum):
    """What result tags are worth; an old value never stands with Good."""

    INITIAL = ua.StatusCodes.UncertainInitialValue  # no result since the start
    LAST_USABLE = ua.StatusCodes.UncertainLastUsableValue
    NO_CAMERA = ua.StatusCodes.BadNoCommunication
    OFFLINE = ua.StatusCodes.BadOutOfService


class Commands(Protocol):
    """What SCADA may ask; every call returns at once."""

    def trigger(self, value: int, part_id: bytes) -> None: ...

    def select_job(self, job: int) -> bool:
        """False = there is no such job."""
        ...

    def reset_counters(self) -> None: ...


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


class OpcUaServer:
    """Build it, start it on a listening socket, publish to it, stop it."""

    def __init__(self, image: ProcessImage, commands: Commands, identity: Identity, access: Access) -> None:
        fast.install()
        self._image, self._commands, self._identity, self._access = image, commands, identity, access
        self._internal = StationInternalServer(Users(access.token, access.anonymous), access.limits)
        self._internal.policy_none = access.policy_none
        self._server = Server(iserver=self._internal)
        self._sockets: SocketServer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._results: asyncio.Queue[Callable[[], Iterable[tuple[Tag[Any], ua.DataValue]]]] = asyncio.Queue()
        self._last: dict[Tag[Any], ua.DataValue] = {}
        self._quality: Quality | None = Quality.INITIAL
        self._part_id = b""

    async def build(self) -> None:
        """Make the address space: most of a second, so it is done before anything is served."""
        collecting = gc.isenabled()
        gc.disable()  # half a million objects that all stay
        try:
            await self._server.init()
            await self._add_nodes()
        finally:
            if collecting:
                gc.enable()

    async def _add_nodes(self) -> None:
        server, identity = self._server, self._identity
        await server.set_application_uri(identity.uri)
        index = await server.register_namespace(NAMESPACE)
        assert index == INDEX, index
        await server.set_build_info(
            NAMESPACE, "Vision Inspection", identity.name, identity.version, "0", datetime.now(UTC)
        )
        server.set_server_name(identity.name)
        server.set_force_server_timestamp(True)
        rows = [tag for tag in tags.ALL if tag.node]
        results = await self._internal.isession.add_nodes(all_nodes(rows, {t: self._image.get(t) for t in rows}))
        for result in results:
            result.StatusCode.check()
        self._internal.commands = {
            node_id(tag): (variant_type(tag.wire), command)
            for tag, command in (
                (tags.CMD_TRIGGER, self._trigger),
                (tags.CMD_PART_ID, self._set_part_id),
                (tags.CMD_JOB_SELECT, self._select_job),
                (tags.CMD_RESET_COUNTERS, self._reset),
            )
        }

    async def start(self, listener: socket.socket) -> None:
        """Serve on `listener`."""
        server, access = self._server, self._access
        await server.load_certificate(self._identity.certificate)
        await server.load_private_key(self._identity.key)
        host, port = listener.getsockname()[:2]
        server.set_endpoint(f"opc.tcp://{host}:{port}/")
        server.limits = LIMITS
        server.set_security_policy([*([ua.SecurityPolicyType.NoSecurity] if access.policy_none else []), *ENCRYPTED])
        anonymous = [ua.AnonymousIdentityToken] if access.anonymous else []
        server.set_identity_tokens([*anonymous, ua.UserNameIdentityToken])
        await server._setup_server_nodes()  # noqa: SLF001 - no public way to serve on a socket that is there
        await self._internal.start()
        self._sockets = SocketServer(self._internal, listener, access.limits.per_address)
        self._sockets.set_policies(server._policies)  # noqa: SLF001
        await self._sockets.start()
        self._mark(Quality.INITIAL)
        self._tasks = [asyncio.create_task(self._follow_image()), asyncio.create_task(self._publish_results())]

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

    def publish(self, rows: Sequence[tuple[Tag[Any], Any]], source_time_us: int) -> None:
        """Queue one result: its rows are written in order, all with one SourceTimestamp, before the next result's."""
        self._results.put_nowait(lambda: self._result_values(rows, source_time_us))

    def set_quality(self, quality: Quality) -> None:
        """From now until the next result, result tags carry `quality`."""
        self._results.put_nowait(lambda: self._marked(quality))

    def _result_values(
        self, rows: Sequence[tuple[Tag[Any], Any]], source_time_us: int
    ) -> Iterable[tuple[Tag[Any], ua.DataValue]]:
        self._quality = None
        time = datetime.fromtimestamp(source_time_us / 1e6, UTC)
        missing = {i for i, tag in enumerate(tags.SLOT_NAME) if dict(rows)[tag] == ""}
        for tag, value in rows:
            slot = _slot(tag)
            if slot in missing:
                data = _bad(ua.StatusCodes.BadConfigurationError, time)
                known = self._last.get(tag)
                if known is not None and known.StatusCode == data.StatusCode:
                    continue
            else:
                data = ua.DataValue(variant(tag, value), SourceTimestamp=time)
            self._last[tag] = data
            yield tag, data

    async def _set_service_level(self, level: int) -> None:
        node = ua.NodeId(ua.ObjectIds.Server_ServiceLevel)
        await self._server.write_attribute_value(node, ua.DataValue(ua.Variant(level, ua.VariantType.Byte)))

    def _marked(self, quality: Quality) -> Iterable[tuple[Tag[Any], ua.DataValue]]:
        if quality is self._quality:
            return
        self._quality = quality
        for tag in RESULT_ROWS:
            last = self._last.get(tag)
            value = last.Value if last is not None else variant(tag, self._image.get(tag))
            time = last.SourceTimestamp if last is not None else datetime.now(UTC)
            yield tag, ua.DataValue(value, ua.StatusCode(quality.value), SourceTimestamp=time)

    def _mark(self, quality: Quality) -> None:
        self._quality = None
        self.set_quality(quality)

    async def _publish_results(self) -> None:
        while True:
            await self._write((await self._results.get())())
            measuring = self._quality not in (Quality.NO_CAMERA, Quality.OFFLINE)
            await self._set_service_level(SERVICE_LEVEL if measuring else SERVICE_LEVEL_LOST)

    # what follows the process image

    async def _follow_image(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_S)
            changed = [tag for tag in self._image.drain() if tag.node and tag not in RESULT_ROWS]
            now = datetime.now(UTC)
            await self._write((t, ua.DataValue(variant(t, self._image.get(t)), SourceTimestamp=now)) for t in changed)

    async def _write(self, values: Iterable[tuple[Tag[Any], ua.DataValue]]) -> None:
        for count, (tag, value) in enumerate(values, 1):
            await self._server.write_attribute_value(node_id(tag), value)
            if count % SLICE == 0:
                await asyncio.sleep(0)

    # commands

    def _trigger(self, value: int) -> ua.StatusCode:
        part_id, self._part_id = self._part_id, b""
        if value != self._image.get(tags.CMD_TRIGGER):
            self._image.set(tags.CMD_TRIGGER, value)
            self._commands.trigger(value, part_id)
        return ua.StatusCode()

    def _set_part_id(self, value: str) -> ua.StatusCode:
        data = value.encode()
        if len(data) > PART_ID_BYTES:
            return ua.StatusCode(ua.StatusCodes.BadOutOfRange)
        self._part_id = data
        return ua.StatusCode()

    def _select_job(self, value: int) -> ua.StatusCode:
        known = self._commands.select_job(value)
        return ua.StatusCode() if known else ua.StatusCode(ua.StatusCodes.BadOutOfRange)

    def _reset(self, value: bool) -> ua.StatusCode:
        if value:
            self._commands.reset_counters()
        return ua.StatusCode()


_SLOTS = {
    tag: i for of in (tags.SLOT_VALUE, tags.SLOT_PASS, tags.SLOT_STATUS, tags.SLOT_NAME) for i, tag in enumerate(of)
}


def _slot(tag: Tag[Any]) -> int | None:
    return _SLOTS.get(tag)


def _bad(code: int, time: datetime) -> ua.DataValue:
    return ua.DataValue(ua.Variant(None), ua.StatusCode(code), SourceTimestamp=time)


__all__ = ["Access", "Command", "Commands", "Identity", "Limits", "OpcUaServer", "Quality"]
