"""Sessions hardened beyond asyncua's own.

Session tokens are random, a session goes on for whoever made it alone, anonymous users read at most, and the password
is taken over an encrypted channel only.
"""

import functools
import math
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_session import InternalSession
from asyncua.server.user_managers import UserManager

from protocols.standstill import Standstill

from .browsing import Pages, check_view
from .browsing import as_asked as browsed_as_asked
from .diagnostics import Diagnostics
from .machine_vision.methods import Methods
from .machine_vision.typespace import PreparedServer
from .people import ADMITTED, PEER, SESSION, People
from .reading import as_asked as read_as_asked
from .reading import check_read, whole
from .rights import right_for
from .server_methods import called, methods_of
from .subscribing import SubscribingSession, Subscriptions
from .trust import TrustList

METHODS_PER_CALL = 10
PENDING_S = 5.0  # that a connection may take until its session is active
MOST_QUEUED = 1000  # of one monitored item
NODES_PER_CALL = 300  # of reads, writes, browses and translations: a larger call would hold the loop

_EXTENDED = ua.AttributeIds.AccessLevelEx
BY_CERTIFICATE = object()
"""Stands for the certificate of whoever was admitted in this request by one."""

Command = Callable[[Any], Awaitable[ua.StatusCode]]
"""Takes a written value, and ends when that is kept; anything but Good refuses the write."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow."""

    sessions: int = 64
    per_address: int = 16
    min_publishing_ms: float = 100.0


class Users(UserManager):
    """Anonymous where the settings allow it, and whoever was admitted in this request."""

    def __init__(self, anonymous: bool) -> None:
        self._anonymous = anonymous

    def get_user(
        self, iserver: Any, username: str | None = None, password: str | None = None, certificate: Any = None
    ) -> User | None:
        if certificate is BY_CERTIFICATE:
            return User(UserRole.User, ADMITTED.get()) if ADMITTED.get() else None
        if username is None:
            return User(UserRole.User) if self._anonymous else None
        return User(UserRole.User, username) if ADMITTED.get() == username else None


class Session(SubscribingSession):
    """One client's session."""

    iserver: "StationInternalServer"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        external, kwargs["external"] = kwargs.get("external", False), False
        super().__init__(*args, **kwargs)
        self.external = external
        self.pages = Pages()
        self._of_server = methods_of(self)
        self.requested = ua.CreateSessionParameters()
        self.opened_by: tuple[bytes | None, str] = (None, "")  # certificate of the client; without one, its address
        self.carrier: Any = None  # the processor whose connection carries it
        self.auth_token = ua.NodeId(secrets.token_bytes(32), 0, ua.NodeIdType.ByteString)
        if external:
            self.iserver.register_external_session(self)

    def activate_session(
        self, params: ua.ActivateSessionParameters, peer_certificate: bytes | None
    ) -> ua.ActivateSessionResult:
        named = isinstance(params.UserIdentityToken, ua.UserNameIdentityToken | ua.X509IdentityToken)
        if not peer_certificate and (named or not self.iserver.policy_none):  # the channel is not encrypted
            raise ServiceError(ua.StatusCodes.BadIdentityTokenRejected)
        return super().activate_session(params, peer_certificate)

    async def create_session(self, params: ua.CreateSessionParameters, sockname: Any = None) -> ua.CreateSessionResult:
        """A time-out that is no number gets the longest there is: asyncua would end no such session, ever."""
        if not math.isfinite(params.RequestedSessionTimeout):
            params = replace(params, RequestedSessionTimeout=float(self.iserver.max_session_timeout_ms))
        self.requested = params
        return await super().create_session(params, sockname)

    async def close_session(self, delete_subs: bool = True) -> None:
        """Subscriptions always go with their session: nobody could reach them again."""
        await super().close_session(True)
        for tell in self.iserver.methods.on_session_end if self.iserver.methods else ():
            await tell(self.session_id)

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        _check_size(params.NodesToRead)
        check_read(params)
        values, stamps = await super().read(params), params.TimestampsToReturn
        return [
            read_as_asked(self._extended(item) if item.AttributeId == _EXTENDED else value, item, stamps)
            for value, item in zip(values, params.NodesToRead, strict=True)
        ]

    def _extended(self, item: ua.ReadValueId) -> ua.DataValue:
        """AccessLevelEx, which asyncua gives to no node."""
        return whole(self.aspace.read_attribute_value(item.NodeId, ua.AttributeIds.AccessLevel))

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        _check_size(params.NodesToBrowse)
        check_view(params)
        found = await super().browse(params)
        asked = browsed_as_asked(found, params.NodesToBrowse, self.aspace, self.iserver.reference_types)
        return self.pages.cut(asked, params.RequestedMaxReferencesPerNode or 0) if self.external else asked

    async def browse_next(self, params: ua.BrowseNextParameters) -> list[ua.BrowseResult]:
        _check_size(params.ContinuationPoints)
        work = self.pages.release if params.ReleaseContinuationPoints else self.pages.next
        return work(params.ContinuationPoints)

    async def translate_browsepaths_to_nodeids(self, params: list[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        _check_size(params)
        return [await self._translate(path) for path in params]

    async def _translate(self, path: ua.BrowsePath) -> ua.BrowsePathResult:
        code = 0
        if path.StartingNode not in self.aspace:
            code = ua.StatusCodes.BadNodeIdUnknown
        elif not path.RelativePath.Elements:  # asyncua answers none of the paths then
            code = ua.StatusCodes.BadNothingToDo
        elif not path.RelativePath.Elements[-1].TargetName or not path.RelativePath.Elements[-1].TargetName.Name:
            code = ua.StatusCodes.BadBrowseNameInvalid
        if not code:
            return (await super().translate_browsepaths_to_nodeids([path]))[0]
        result = ua.BrowsePathResult()
        result.StatusCode = ua.StatusCode(code)
        return result

    async def register_nodes(self, nodes: list[ua.NodeId]) -> list[ua.NodeId]:
        """Every node is as quick to reach as any: it keeps its id."""
        _check_size(nodes)
        return nodes

    async def unregister_nodes(self, nodes: list[ua.NodeId]) -> None:
        _check_size(nodes)

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        _check_size(params.NodesToWrite)
        return [ua.StatusCode(await self._write_one(item)) for item in params.NodesToWrite]

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        if not params:
            raise ServiceError(ua.StatusCodes.BadNothingToDo)
        if len(params) > METHODS_PER_CALL:
            raise ServiceError(ua.StatusCodes.BadTooManyOperations)
        return [await self._call_one(request) for request in params]

    def _may(self, right: str) -> bool:
        """Asked at each call, so that a role that is changed counts at once."""
        name = self.user.name
        return bool(name) and self.iserver.people.may(name, right, PEER.get())

    async def _call_one(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        if (request.ObjectId, request.MethodId) in self._of_server:
            return await called(self._of_server[request.ObjectId, request.MethodId], request.InputArguments or [])
        methods = self.iserver.methods
        right = methods.right(request) if methods else None
        if methods is None or right is None:
            return (await super().call([request]))[0]
        if right and not self._may(right):
            return ua.CallMethodResult(ua.StatusCode(ua.StatusCodes.BadUserAccessDenied))
        SESSION.set(self.session_id)
        return await methods.call(request)

    async def _write_one(self, item: ua.WriteValue) -> Any:
        if item.NodeId not in self.aspace:
            return ua.StatusCodes.BadNodeIdUnknown
        command = self.iserver.commands.get(item.NodeId)
        if command is None or item.AttributeId != ua.AttributeIds.Value:
            return ua.StatusCodes.BadNotWritable
        if not self._may(right_for(item.NodeId)):
            return ua.StatusCodes.BadUserAccessDenied
        if item.IndexRange:
            return ua.StatusCodes.BadWriteNotSupported
        kind, run = command
        written = item.Value.Value
        if written is None or written.VariantType != kind or written.is_array or written.Value is None:
            return ua.StatusCodes.BadTypeMismatch
        status = await run(written.Value)
        if status.is_good():
            now = datetime.now(UTC)
            value = ua.DataValue(written, SourceTimestamp=now, ServerTimestamp=now)
            await self.aspace.write_attribute_value(item.NodeId, ua.AttributeIds.Value, value)
        return status.value


def _check_size(nodes: Sequence[Any]) -> None:
    if not nodes:
        raise ServiceError(ua.StatusCodes.BadNothingToDo)
    if len(nodes) > NODES_PER_CALL:
        raise ServiceError(ua.StatusCodes.BadTooManyOperations)


class StationInternalServer(PreparedServer):
    """asyncua's inner server with our sessions and limits."""

    def __init__(self, anonymous: bool, people: People, trust: TrustList | None, limits: Limits) -> None:
        """`trust`: whose certificates open a channel; None = anybody's."""
        super().__init__(user_manager=Users(anonymous))
        self.people, self.trust = people, trust
        self.policy_none = False
        self.standstill = Standstill()  # of this station's servers together, once that is given
        self.diagnostics = Diagnostics()
        self.commands: Mapping[ua.NodeId, tuple[ua.VariantType, Command]] = {}
        self.methods: Methods | None = None
        self.allow_remote_admin = False
        self.max_connections = limits.sessions
        self.max_pending_activation_seconds = PENDING_S
        self.max_monitored_item_queue_size = MOST_QUEUED
        self.subscription_service = Subscriptions(self.aspace, iserver=self)
        self.subscription_service.min_publishing_ms = limits.min_publishing_ms
        self.isession.subscription_service = self.subscription_service

    @functools.cached_property
    def reference_types(self) -> frozenset[ua.NodeId]:
        """Every one; none is added while the server runs."""
        root = ua.NodeId(ua.ObjectIds.References)
        return frozenset((root, *self.view_service._get_sub_ref(root)))  # noqa: SLF001

    async def get_endpoints(self, params: Any = None, sockname: Any = None) -> list[ua.EndpointDescription]:
        """Of the transports that are wanted: there is one."""
        found = await super().get_endpoints(params, sockname)
        wanted = params.ProfileUris if params else None
        return [one for one in found if not wanted or one.TransportProfileUri in wanted]

    def verify_x509_token(self, isession: Any, token: ua.X509IdentityToken, signature: ua.SignatureData) -> Any:
        """The processor has looked at the signature already, by the policy of its channel."""
        return BY_CERTIFICATE

    def create_session(self, name: str, user: User | None = None, external: bool = False) -> InternalSession:
        user = user or User(UserRole.Anonymous)
        return Session(self, self.aspace, self.subscription_service, name, user=user, external=external)

    @property
    def open_sessions(self) -> list[InternalSession]:
        """Of clients, also those whose connection was lost."""
        return list(self._external_sessions.values())

    async def stop(self) -> None:
        """Also the sessions whose clients did not come back."""
        for session in self.open_sessions:
            await session.close_session()
        await super().stop()
