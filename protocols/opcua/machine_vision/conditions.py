"""Alarms as conditions: the events that tell of them, and the methods that people answer them with.

A condition is known by its ConditionId, ``Alarm.101``. It is no node of the address space: clients need none.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from asyncua import ua

from ...rights import ACKNOWLEDGE as MAY_ACKNOWLEDGE
from .arguments import BadCall, out_of_range
from .condition_fields import SEVERITIES, event_id, fields_of, is_of
from .events import Raised
from .methods import Answer, Methods
from .model import OUTER, Model
from .occurrences import ConditionFacts
from .station import VisionStation
from .structures import time

ENABLE, DISABLE, ADD_COMMENT, ACKNOWLEDGE, CONFIRM = 9027, 9028, 9029, 9111, 9113  # of ConditionType and its subtype
LONGEST_COMMENT = 500
_BAD = ua.StatusCodes


class Conditions:
    """Each method takes checked values and gives its outputs: none."""

    def __init__(self, model: Model, station: VisionStation) -> None:
        self._model, self._station = model, station

    def event(self, facts: ConditionFacts) -> Raised:
        """What is told of a condition as it stands; told again, it is the same event."""
        kind, severity = self._model.type(facts.kind), SEVERITIES[facts.kind]
        words = facts.text if facts.over_at_us is None else f"Over: {facts.what}"
        fields = fields_of(facts, self._id(facts.number))
        return Raised(kind, words, fields, severity, time(facts.changed_at_us), event_id(facts))

    def _id(self, number: int) -> ua.NodeId:
        return self._model.node(f"Alarm.{number}")

    def serve(self, methods: Methods, numbers: Iterable[int]) -> None:
        """Take the calls to the alarms with these numbers from now on, and ConfirmAll."""
        for number in numbers:
            answers: dict[int, Answer] = {
                ACKNOWLEDGE: partial(self._acknowledge, number),
                CONFIRM: partial(self._confirm, number),
                ADD_COMMENT: partial(self._comment, number),
                ENABLE: _refuse(_BAD.BadConditionAlreadyEnabled),
                DISABLE: _refuse(_BAD.BadNotSupported),  # no client can make the station keep an alarm to itself
            }
            for method, answer in answers.items():
                methods.add(self._id(number), ua.NodeId(method), answer, right=MAY_ACKNOWLEDGE)
        methods.add(self._model.node(OUTER), self._model.node(f"{OUTER}.ConfirmAll"), self._confirm_all)

    async def _acknowledge(self, number: int, event: bytes, comment: ua.LocalizedText) -> list[ua.Variant]:
        facts, words = self._meant(number, event), _words(comment)
        if facts.acknowledged:
            raise BadCall(_BAD.BadConditionBranchAlreadyAcked)
        await self._station.acknowledge(number, words)
        return []

    async def _confirm(self, number: int, event: bytes, comment: ua.LocalizedText) -> list[ua.Variant]:
        facts, words = self._meant(number, event), _words(comment)
        if facts.confirmed:
            raise BadCall(_BAD.BadConditionBranchAlreadyConfirmed)
        await self._station.confirm(number, words)
        return []

    async def _comment(self, number: int, event: bytes, comment: ua.LocalizedText) -> list[ua.Variant]:
        self._meant(number, event)
        await self._station.comment(number, _words(comment) or "")
        return []

    async def _confirm_all(self, comment: ua.LocalizedText) -> list[ua.Variant]:
        """All that are active or over, acknowledged or not."""
        words = _words(comment, 0, 1)
        for facts in self._station.conditions():
            if not facts.confirmed:
                await self._station.confirm(facts.number, words)
        return []

    def _meant(self, number: int, event: bytes) -> ConditionFacts:
        """
        Raises:
            BadCall: The event is not of this condition, or of a time when it came before.
        """
        for facts in self._station.conditions():
            if facts.number == number and is_of(event, facts):
                return facts
        raise BadCall(_BAD.BadEventIdUnknown)


def _refuse(status: int) -> Answer:
    async def answer() -> list[ua.Variant]:
        raise BadCall(status)

    return answer


def _words(comment: Any, position: int = 1, count: int = 2) -> str | None:
    """None: neither text nor locale, which leaves the comment as it is; an empty text with a locale takes it away."""
    if len(comment.Text or "") > LONGEST_COMMENT:
        raise out_of_range(position, count)
    return comment.Text or "" if comment.Text or comment.Locale else None
