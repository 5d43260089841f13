"""What the rules look at: the programs that talk to the station, the parts it made, and its settings. No I/O."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from protocols.handshake.types import Source
from protocols.modbus import ClientCounters, Recording
from protocols.modbus.stand import Stand, read
from protocols.settings import ModbusSettings

from .record import Part
from .seen import Seen

EXCHANGES = 20_000  # the newest that are looked at: more are hardly ever kept


@dataclass(frozen=True)
class Trigger:
    """A new TriggerSeq, or a rising Trigger bit."""

    seen: Seen
    seq: int  # 0 = by bit
    code: int  # TriggerRejectCode, 0 = it was not rejected in its turn
    first: bool  # of this client, as far as is remembered


def _triggers(writes: Sequence[Seen]) -> Iterator[Trigger]:
    number, level, count = 0, False, 0
    for seen in writes:
        value, bit = seen.written.get(4), seen.control.get(1)
        by_number, by_bit = bool(value) and value != number, bool(bit) and not level
        number, level = value or number, level if bit is None else bit
        if not by_number and not by_bit:
            continue
        yield Trigger(
            seen, value or 0 if by_number else 0, _code(seen.stand, value or 0 if by_number else 0), not count
        )
        count += 1


def _code(stand: Stand | None, seq: int) -> int:
    if stand is None:
        return 0
    if seq:
        return stand.reject_code if stand.trigger_seq_rejected == seq != stand.trigger_seq_ack else 0
    return stand.reject_code if stand.status & 1 << 3 and not stand.status & 2 else 0


@dataclass(frozen=True)
class Program:
    """One client address and what it did, oldest first."""

    address: str
    seen: Sequence[Seen]

    @cached_property
    def results(self) -> Sequence[Seen]:
        """Its reads of results; where it reads no values, those of JobPass."""
        return [s for s in self.seen if s.content] or [s for s in self.seen if s.job_pass]

    @cached_property
    def result_times(self) -> Sequence[int]:
        """When these were answered (ns)."""
        return [s.at_ns for s in self.results]

    def place(self, seen: Seen) -> int:
        """Where it stands in `seen`."""
        return self._places[seen]

    @cached_property
    def _places(self) -> Mapping[Seen, int]:
        return {seen: at for at, seen in enumerate(self.seen)}

    @cached_property
    def writes(self) -> Sequence[Seen]:
        """What it wrote, without what was refused."""
        return [s for s in self.seen if s.writes]

    def results_between(self, start_ns: int, end_ns: int) -> Sequence[Seen]:
        """Its reads of results in ``start_ns <= t < end_ns``."""
        times = self.result_times
        return self.results[bisect_left(times, start_ns) : bisect_left(times, end_ns)]

    def new_values(self, register: int) -> Iterator[tuple[Seen, int]]:
        """Its writes of another value than before into a holding register; the first one counts as new."""
        last: int | None = None
        for seen in self.writes:
            value = seen.written.get(register)
            if value is not None and value != last:
                last = value
                yield seen, value

    @cached_property
    def triggers(self) -> Sequence["Trigger"]:
        """Its triggers, by number and by bit, with what became of them."""
        return tuple(_triggers(self.writes))

    @property
    def rejected(self) -> Sequence["Trigger"]:
        """Those that were not taken."""
        return [t for t in self.triggers if t.code]

    def rises(self, bit: int) -> Iterator[Seen]:
        """Its writes that raise a bit of ControlWord."""
        last = False
        for seen in self.writes:
            level = seen.control.get(bit)
            if level is None:
                continue
            if level and not last:
                yield seen
            last = level


@dataclass(frozen=True)
class Case:
    """Everything that is known, at one moment."""

    seen: Sequence[Seen]
    parts: Sequence[Part]
    clients: Sequence[ClientCounters]
    settings: ModbusSettings
    whole_from: int  # number of the exchange from which on none is missing
    utc_offset_us: int  # UTC less CLOCK_MONOTONIC
    zone: tzinfo = UTC

    @cached_property
    def programs(self) -> Sequence[Program]:
        """By address, in the order of their first request here."""
        found: dict[str, list[Seen]] = {}
        for seen in self.seen:
            found.setdefault(seen.exchange.client, []).append(seen)
        return [Program(address, seen) for address, seen in found.items()]

    def utc_us(self, monotonic_ns: int) -> int:
        """UTC of a time here."""
        return monotonic_ns // 1000 + self.utc_offset_us

    def clock(self, monotonic_ns: int) -> str:
        """The hour as people on site read it."""
        return datetime.fromtimestamp(self.utc_us(monotonic_ns) / 1e6, self.zone).strftime("%H:%M:%S")

    def parts_of(self, address: str) -> Sequence[Part]:
        """The parts that this client triggered."""
        return [p for p in self.parts if p.accepted.source is Source.MODBUS and p.accepted.client == address]

    @cached_property
    def valid(self) -> Mapping[int, tuple[int, int]]:
        """By InspectionId: from when to when its result stood in the current result (ns); the end may be open."""
        ends = _ends(self)
        starts = {part.number: part.offered_ns for part in self.parts if part.valid}
        for seen in self.seen:  # a buffered result rises when the one before it is taken
            if seen.fresh and seen.stand and seen.stand.valid:
                part = self.part_with(seen.stand.result_seq)
                if part and part.offered_ns <= seen.at_ns:
                    starts.setdefault(part.number, seen.at_ns)
        return {number: (start, ends.get(number, OPEN_END)) for number, start in starts.items()}

    @cached_property
    def _by_seq(self) -> Mapping[int, Part]:
        return {part.result_seq: part for part in self.parts}

    def part_with(self, result_seq: int) -> Part | None:
        """The newest part with this ResultSeq."""
        return self._by_seq.get(result_seq)

    def buffered_at(self, at_ns: int) -> bool:
        """BufferResultsEnable then."""
        stand = self.stand_at(at_ns)
        return stand is not None and stand.buffered

    def stand_at(self, at_ns: int) -> Stand | None:
        """The registers as they stood then, as far as a request shows it."""
        at = bisect_right(self._times, at_ns) - 1
        return self.seen[at].stand if at >= 0 else None

    @cached_property
    def _times(self) -> Sequence[int]:
        return [seen.at_ns for seen in self.seen]

    def between(self, start_us: int, end_us: int) -> "Case":
        """What was asked, and which parts came, in ``start_us <= t <= end_us`` (UTC)."""
        seen = [s for s in self.seen if start_us <= self.utc_us(s.exchange.monotonic_ns) <= end_us]
        parts = [p for p in self.parts if start_us <= self.utc_us(p.accepted_ns) <= end_us]
        return replace(self, seen=seen, parts=parts)


OPEN_END = 1 << 63


def _ends(case: Case) -> dict[int, int]:
    """When a result left the current result: for the next trigger, or for the one behind it in the queue."""
    ends: dict[int, int] = {}
    accepted = sorted(part.accepted_ns for part in case.parts)
    for part in case.parts:
        following = bisect_right(accepted, part.offered_ns)
        if following < len(accepted) and not case.buffered_at(part.offered_ns):
            ends[part.number] = accepted[following]
    shown: Part | None = None
    for seen in case.seen:
        if not seen.fresh or seen.stand is None:
            continue
        now = case.part_with(seen.stand.result_seq)
        if shown and now is not shown:
            ends.setdefault(shown.number, seen.at_ns)
        shown = now if now and now.offered_ns <= seen.at_ns else None
    return ends


def make_case(
    recording: Recording,
    parts: Sequence[Part],
    clients: Sequence[ClientCounters],
    settings: ModbusSettings,
    zone: tzinfo = UTC,
) -> Case:
    """Read the newest exchanges with the map in hand."""
    seen: list[Seen] = []
    last: Stand | None = None
    for recorded in recording.exchanges(EXCHANGES):
        fresh = bool(recorded.stand)
        last = read(recorded.stand) if fresh else last
        seen.append(Seen(recorded.exchange, last, fresh))
    seen.sort(key=lambda s: s.at_ns)
    return Case(seen, parts, clients, settings, recording.whole_from, recording.utc_offset_us, zone)
