"""ServerDiagnostics: what was asked and refused since the start, and who is connected."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asyncua import ua

_CODES = ua.StatusCodes
_SECURITY = frozenset(
    getattr(_CODES, name)
    for name in dir(_CODES)
    if name.startswith(("BadIdentity", "BadCertificate", "BadSecurity", "BadUser", "BadApplicationSignature"))
) | {_CODES.BadSessionIdInvalid, _CODES.BadNonceInvalid}
_SESSION_REQUESTS = frozenset(
    ua.NodeId(getattr(ua.ObjectIds, f"{name}SessionRequest_Encoding_DefaultBinary")) for name in ("Create", "Activate")
)
_SERVICES: Mapping[ua.NodeId, str] = {
    ua.NodeId(getattr(ua.ObjectIds, f"{name[:-5]}Request_Encoding_DefaultBinary")): name
    for name, kind in ua.SessionDiagnosticsDataType.__annotations__.items()
    if "ServiceCounter" in str(kind) and hasattr(ua.ObjectIds, f"{name[:-5]}Request_Encoding_DefaultBinary")
}
_SUMMARY = "Server_ServerDiagnostics_ServerDiagnosticsSummary"
_NAMES = tuple(ua.ServerDiagnosticsSummaryDataType.__annotations__)


@dataclass(slots=True)
class Asked:
    """Requests of one session."""

    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    last: float = field(default_factory=time.time)
    total: int = 0
    errors: int = 0
    unauthorised: int = 0
    by_service: dict[ua.NodeId, list[int]] = field(default_factory=dict)  # calls, errors

    def count(self, request: ua.NodeId, code: int | None) -> None:
        """`code` of None: it was answered."""
        self.last = time.time()
        self.total += 1
        both = self.by_service.setdefault(request, [0, 0])
        both[0] += 1
        if code is not None:
            self.errors += 1
            both[1] += 1
            self.unauthorised += code in _SECURITY


@dataclass(slots=True)
class Diagnostics:
    """Counters since the start; all but the current ones only rise."""

    cumulated_sessions: int = 0
    security_rejected_sessions: int = 0
    rejected_sessions: int = 0
    timeouts: int = 0
    aborts: int = 0
    cumulated_subscriptions: int = 0
    security_rejected_requests: int = 0
    rejected_requests: int = 0

    def refused(self, request: ua.NodeId, code: int) -> None:
        """A request was answered with a service fault."""
        security = code in _SECURITY
        self.rejected_requests += 1
        self.security_rejected_requests += security
        if request in _SESSION_REQUESTS:
            self.rejected_sessions += 1
            self.security_rejected_sessions += security

    def summary(self, sessions: int, intervals: Iterable[float]) -> ua.ServerDiagnosticsSummaryDataType:
        """`intervals` are the publishing intervals of the subscriptions there are."""
        known = list(intervals)
        made = ua.ServerDiagnosticsSummaryDataType()
        made.CurrentSessionCount, made.CumulatedSessionCount = sessions, self.cumulated_sessions
        made.SecurityRejectedSessionCount, made.RejectedSessionCount = (
            self.security_rejected_sessions,
            self.rejected_sessions,
        )
        made.SessionTimeoutCount, made.SessionAbortCount = self.timeouts, self.aborts
        made.CurrentSubscriptionCount, made.CumulatedSubscriptionCount = len(known), self.cumulated_subscriptions
        made.PublishingIntervalCount = len(set(known))
        made.SecurityRejectedRequestsCount = self.security_rejected_requests
        made.RejectedRequestsCount = self.rejected_requests
        return made


def summary_values(summary: ua.ServerDiagnosticsSummaryDataType) -> Iterator[tuple[ua.NodeId, ua.Variant]]:
    """The structure, and each of its numbers by itself."""
    yield ua.NodeId(getattr(ua.ObjectIds, _SUMMARY)), ua.Variant(summary, ua.VariantType.ExtensionObject)
    for name in _NAMES:
        value = ua.Variant(getattr(summary, name), ua.VariantType.UInt32)
        yield ua.NodeId(getattr(ua.ObjectIds, f"{_SUMMARY}_{name}")), value


def of_session(session: Any, asked: Asked, subscriptions: Iterable[Any]) -> ua.SessionDiagnosticsDataType:
    """One connected client."""
    own, given = [s for s in subscriptions if s.session_id == session.session_id], session.requested
    made = ua.SessionDiagnosticsDataType()
    made.SessionId, made.SessionName = session.session_id, given.SessionName
    made.ClientDescription, made.ServerUri = given.ClientDescription, given.ServerUri
    made.EndpointUrl, made.LocaleIds = given.EndpointUrl, []
    made.ActualSessionTimeout = 1000.0 * (session.session_timeout or 0)
    made.MaxResponseMessageSize = given.MaxResponseMessageSize
    made.ClientConnectionTime = asked.since
    made.ClientLastContactTime = datetime.fromtimestamp(asked.last, UTC)
    made.CurrentSubscriptionsCount = len(own)
    made.CurrentMonitoredItemsCount = sum(map(_items, own))
    made.TotalRequestCount = ua.ServiceCounterDataType(asked.total, asked.errors)
    made.UnauthorizedRequestCount = asked.unauthorised
    for request, (calls, errors) in asked.by_service.items():
        if (name := _SERVICES.get(request)) is not None:
            setattr(made, name, ua.ServiceCounterDataType(calls, errors))
    return made


def of_subscription(subscription: Any) -> ua.SubscriptionDiagnosticsDataType:
    """What asyncua knows of it; the other numbers are 0."""
    data = subscription.data
    made = ua.SubscriptionDiagnosticsDataType()
    made.SessionId, made.SubscriptionId = subscription.session_id, data.SubscriptionId
    made.PublishingInterval = data.RevisedPublishingInterval
    made.MaxKeepAliveCount, made.MaxLifetimeCount = data.RevisedMaxKeepAliveCount, data.RevisedLifetimeCount
    made.PublishingEnabled = subscription._publishing_enabled  # noqa: SLF001
    made.CurrentKeepAliveCount = subscription._keep_alive_count  # noqa: SLF001
    made.CurrentLifetimeCount = subscription._publish_cycles_count  # noqa: SLF001
    made.UnacknowledgedMessageCount = len(subscription._not_acknowledged_results)  # noqa: SLF001
    made.NextSequenceNumber = subscription._notification_seq  # noqa: SLF001
    made.MonitoredItemCount = _items(subscription)
    return made


def _items(subscription: Any) -> int:
    return len(subscription.monitored_item_srv._monitored_items)  # noqa: SLF001
