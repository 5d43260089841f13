"""Sessions hardened beyond asyncua's own.

Session tokens are random, a session stays with the channel it was made on, anonymous users read at most, and the
password is taken over an encrypted channel only.
"""

import math
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.subscription_service import SubscriptionService
from asyncua.server.user_managers import UserManager

from .browsing import Pages
from .diagnostics import Diagnostics
from .machine_vision.methods import Methods
from .people import ADMITTED, SESSION, People
from .rights import right_for
from .trust import TrustList

SUBSCRIPTIONS_PER_SESSION, ITEMS_PER_SESSION = 50, 1000
METHODS_PER_CALL = 10
MAX_PUBLISHING_MS = 3_600_000.0
MOST_QUEUED = 1000  # of one monitored item
NODES_PER_CALL = 300  # of reads, writes, browses and translations: a larger call would hold the loop

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
        if username is None:
            return User(UserRole.User) if self._anonymous else None
        return User(UserRole.User, username) if ADMITTED.get() == username else None


class Session(InternalSession):
    """One client's session."""

    iserver: "StationInternalServer"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        external, kwargs["external"] = kwargs.get("external", False), False
        super().__init__(*args, **kwargs)
        self.external = external
        self.pages = Pages()
        self.requested = ua.CreateSessionParameters()
        self.auth_token = ua.NodeId(secrets.token_bytes(32), 0, ua.NodeIdType.ByteString)
        if external:
            self.iserver.register_external_session(self)

    def activate_session(
        self, params: ua.ActivateSessionParameters, peer_certificate: bytes | None
    ) -> ua.ActivateSessionResult:
        password = isinstance(params.UserIdentityToken, ua.UserNameIdentityToken)
        if not peer_certificate and (password or not self.iserver.policy_none):  # the channel is not encrypted
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
            await tell(str(self.session_id))

    def _own(self) -> list[Any]:
        return [s for s in self.subscription_service.subscriptions.values() if s.session_id == self.session_id]

    async def create_subscription(self, params: Any, callback: Any, request_callback: Any = None) -> Any:
        if len(self._own()) >= SUBSCRIPTIONS_PER_SESSION:
            raise ServiceError(ua.StatusCodes.BadTooManySubscriptions)
        return await super().create_subscription(params, callback, request_callback)

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """What is not there is an error: of asyncua's empty message a client asks for the next one, for ever."""
        own = {subscription.data.SubscriptionId: subscription for subscription in self._own()}
        if params.SubscriptionId not in own:
            raise ServiceError(ua.StatusCodes.BadSubscriptionIdInvalid)
        unacknowledged = own[params.SubscriptionId]._not_acknowledged_results  # noqa: SLF001
        if params.RetransmitSequenceNumber not in unacknowledged:
            raise ServiceError(ua.StatusCodes.BadMessageNotAvailable)
        return unacknowledged[params.RetransmitSequenceNumber].NotificationMessage

    async def create_monitored_items(self, params: Any) -> Any:
        items = sum(len(s.monitored_item_srv._monitored_items) for s in self._own())  # noqa: SLF001
        if items + len(params.ItemsToCreate) > ITEMS_PER_SESSION:
            raise ServiceError(ua.StatusCodes.BadTooManyMonitoredItems)
        return await super().create_monitored_items(params)

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        _check_size(params.NodesToRead)
        return list(await super().read(params))

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        _check_size(params.NodesToBrowse)
        found = await super().browse(params)
        return self.pages.cut(found, params.RequestedMaxReferencesPerNode or 0) if self.external else list(found)

    async def browse_next(self, params: ua.BrowseNextParameters) -> list[ua.BrowseResult]:
        _check_size(params.ContinuationPoints)
        work = self.pages.release if params.ReleaseContinuationPoints else self.pages.next
        return work(params.ContinuationPoints)

    async def translate_browsepaths_to_nodeids(self, params: list[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        _check_size(params)
        return list(await super().translate_browsepaths_to_nodeids(params))

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
        return bool(name) and self.iserver.people.may(name, right)

    async def _call_one(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        methods = self.iserver.methods
        SESSION.set(str(self.session_id))
        right = methods.right(request) if methods else None
        if methods is None or right is None:
            return (await super().call([request]))[0]
        if not self._may(right):
            return ua.CallMethodResult(ua.StatusCode(ua.StatusCodes.BadUserAccessDenied))
        return await methods.call(request)

    async def _write_one(self, item: ua.WriteValue) -> Any:
        if item.NodeId not in self.aspace:
            return ua.StatusCodes.BadNodeIdUnknown
        command = self.iserver.commands.get(item.NodeId)
        if command is None or item.AttributeId != ua.AttributeIds.Value:
            return ua.StatusCodes.BadNotWritable
        if not self._may(right_for(item.NodeId)):
            return ua.StatusCodes.BadUserAccessDenied
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


class _Subscriptions(SubscriptionService):
    """Publishing intervals are clamped: asyncua grants whatever is asked, 1 ms too, and what is no number."""

    min_publishing_ms = 100.0

    async def create_subscription(self, params: Any, *args: Any, **kwargs: Any) -> Any:
        asked = params.RequestedPublishingInterval
        interval = (
            min(max(asked, self.min_publishing_ms), MAX_PUBLISHING_MS) if not math.isnan(asked) else MAX_PUBLISHING_MS
        )
        params = replace(params, RequestedPublishingInterval=interval)
        return await super().create_subscription(params, *args, **kwargs)


class StationInternalServer(InternalServer):
    """asyncua's inner server with our sessions and limits."""

    def __init__(self, anonymous: bool, people: People, trust: TrustList | None, limits: Limits) -> None:
        """`trust`: whose certificates open a channel; None = anybody's."""
        super().__init__(user_manager=Users(anonymous))
        self.people, self.trust = people, trust
        self.policy_none = False
        self.diagnostics = Diagnostics()
        self.commands: Mapping[ua.NodeId, tuple[ua.VariantType, Command]] = {}
        self.methods: Methods | None = None
        self.allow_remote_admin = False
        self.max_connections = limits.sessions
        self.max_pending_activation_seconds = 5.0
        self.max_monitored_item_queue_size = MOST_QUEUED
        self.subscription_service = _Subscriptions(self.aspace, iserver=self)
        self.subscription_service.min_publishing_ms = limits.min_publishing_ms
        self.isession.subscription_service = self.subscription_service

    def create_session(self, name: str, user: User | None = None, external: bool = False) -> InternalSession:
        user = user or User(UserRole.Anonymous)
        return Session(self, self.aspace, self.subscription_service, name, user=user, external=external)

    def lookup_external_session(self, auth_token: ua.NodeId) -> InternalSession | None:
        """A session is never taken over by another channel."""
        return None
