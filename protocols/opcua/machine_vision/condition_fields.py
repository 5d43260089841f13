"""The fields of a condition's event, and its EventId."""

import struct

from asyncua import ua

from . import structures
from .occurrences import Care, ConditionFacts, Kind

SEVERITIES = {Kind.WARNING: 400, Kind.ERROR: 700, Kind.PERSISTENT: 800}
_EVENT_ID = struct.Struct(">2sHQI")  # 16 bytes: mark, number, when it came, when this was told
_MARK = b"AL"
_LANGUAGE = "en"
_KIND = ua.VariantType


def event_id(facts: ConditionFacts) -> bytes:
    """The same for the same change, also after a restart."""
    return _EVENT_ID.pack(_MARK, facts.number, facts.since_us, facts.changed_at_us & 0xFFFFFFFF)


def is_of(own: bytes, facts: ConditionFacts) -> bool:
    """Whether this EventId is of the alarm as it came last; any of its changes will do."""
    if len(own) != _EVENT_ID.size:
        return False
    mark, number, since_us, _ = _EVENT_ID.unpack(own)
    return bool(mark == _MARK and number == facts.number and since_us == facts.since_us)


def fields_of(facts: ConditionFacts, condition: ua.NodeId) -> dict[str, ua.Variant]:
    """All but those of BaseEventType. `NodeId` is the ConditionId, which clients select as that attribute."""
    return {
        "NodeId": ua.Variant(condition, _KIND.NodeId),
        "BranchId": ua.Variant(ua.NodeId(), _KIND.NodeId),
        "Retain": ua.Variant(facts.retained, _KIND.Boolean),
        "SupportsFilteredRetain": ua.Variant(False, _KIND.Boolean),
        "ConditionName": ua.Variant(facts.name, _KIND.String),
        **_class(facts),
        **_states(facts),
        **_condition_variables(facts),
        "ErrorCode": ua.Variant(facts.number, _KIND.UInt64),
        "ErrorString": ua.Variant(facts.what, _KIND.String),
        "CausePath": ua.Variant(facts.cause_path, _KIND.String),
        "StopReaction": ua.Variant(facts.stops, _KIND.Boolean),
        "BlockReaction": ua.Variant(facts.stops and facts.kind is Kind.PERSISTENT, _KIND.Boolean),
        **structures.fields_of_context(facts.context),
    }


def _class(facts: ConditionFacts) -> dict[str, ua.Variant]:
    name = "Maintenance" if facts.maintenance else "System"
    kind = ua.NodeId(getattr(ua.ObjectIds, f"{name}ConditionClassType"))
    return {
        "ConditionClassId": ua.Variant(kind, _KIND.NodeId),
        "ConditionClassName": _words(f"{name}ConditionClassType"),
        "ConditionSubClassId": ua.Variant([], _KIND.NodeId, is_array=True),
        "ConditionSubClassName": ua.Variant([], _KIND.LocalizedText, is_array=True),
    }


def _states(facts: ConditionFacts) -> dict[str, ua.Variant]:
    """ActiveState is no field of these types; clients that know alarms alone ask for it."""
    changed = facts.over_at_us or facts.since_us
    shown = "Active" if facts.over_at_us is None else "Inactive"
    return {
        **_state("EnabledState", "Enabled", "Disabled", True, facts.since_us),
        "EnabledState/EffectiveDisplayName": _words(shown),
        "EnabledState/EffectiveTransitionTime": _time(facts.changed_at_us),
        **_state("ActiveState", "Active", "Inactive", facts.over_at_us is None, changed),
        **_state("AckedState", "Acknowledged", "Unacknowledged", facts.acknowledged is not None, _at(facts, "acked")),
        **_state("ConfirmedState", "Confirmed", "Unconfirmed", facts.confirmed is not None, _at(facts, "confirmed")),
    }


def _at(facts: ConditionFacts, what: str) -> int:
    care = facts.acknowledged if what == "acked" else facts.confirmed
    return care.at_us if care else facts.since_us


def _state(name: str, true: str, false: str, value: bool, changed_at_us: int) -> dict[str, ua.Variant]:
    """A TwoStateVariable."""
    return {
        name: _words(true if value else false),
        f"{name}/Id": ua.Variant(value, _KIND.Boolean),
        f"{name}/TransitionTime": _time(changed_at_us),
        f"{name}/TrueState": _words(true),
        f"{name}/FalseState": _words(false),
    }


def _condition_variables(facts: ConditionFacts) -> dict[str, ua.Variant]:
    """LastSeverity is 0: the severity of an alarm never changes."""
    last = _last(facts)
    return {
        "Quality": ua.Variant(ua.StatusCode(), _KIND.StatusCode),
        "Quality/SourceTimestamp": _time(facts.changed_at_us),
        "LastSeverity": ua.Variant(0, _KIND.UInt16),
        "LastSeverity/SourceTimestamp": _time(facts.since_us),
        "Comment": _words(facts.comment),
        "Comment/SourceTimestamp": _time(facts.commented.at_us if facts.commented else facts.since_us),
        "ClientUserId": ua.Variant(last.by if last else "", _KIND.String),
    }


def _last(facts: ConditionFacts) -> Care | None:
    """What somebody did last."""
    given = [care for care in (facts.acknowledged, facts.confirmed, facts.commented) if care]
    return max(given, key=lambda care: care.at_us, default=None)


def _words(text: str) -> ua.Variant:
    return ua.Variant(ua.LocalizedText(text, _LANGUAGE), _KIND.LocalizedText)


def _time(at_us: int) -> ua.Variant:
    return ua.Variant(structures.time(at_us), _KIND.DateTime)
