"""Which shift a moment belongs to."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from .settings import ShiftSettings


@dataclass(frozen=True, slots=True)
class _Period:
    """A shift of one day: UTC microseconds, the end is not part of it."""

    start_us: int
    end_us: int
    name: str


class Shifts:
    """Shifts by their start on the station's clock; the last of a day lasts until the first of the next."""

    def __init__(self, settings: ShiftSettings, zone: tzinfo) -> None:
        self._zone = zone
        starts = ((time.fromisoformat(start), name) for name, start in settings.starts.items())
        self._starts = sorted(starts)
        self._last = _Period(0, 0, "")  # the one that was asked for last: mostly that of now

    def name(self, at_us: int) -> str:
        """The shift at `at_us` (UTC microseconds); "" where none is set."""
        return self._period(at_us).name

    def start_us(self, at_us: int) -> int:
        """When that shift began (UTC microseconds); where none is set, the local midnight."""
        return self._period(at_us).start_us

    def next_us(self, at_us: int) -> int | None:
        """When the shift after it begins; None where none is set."""
        return self._period(at_us).end_us if self._starts else None

    def _period(self, at_us: int) -> "_Period":
        if not self._last.start_us <= at_us < self._last.end_us:
            self._last = self._found(at_us)
        return self._last

    def _found(self, at_us: int) -> "_Period":
        moment = datetime.fromtimestamp(at_us / 1e6, UTC)
        today = moment.astimezone(self._zone).date()
        begins = sorted(
            (self._begin(datetime.combine(today + timedelta(days=days), start)), name)
            for days in (-1, 0, 1, 2)
            for start, name in self._starts or [(time(), "")]
        )
        begun, name = max(one for one in begins if one[0] <= moment)
        return _Period(_us(begun), _us(min(begin for begin, _ in begins if begin > moment)), name)

    def _begin(self, local: datetime) -> datetime:
        """In UTC. A time that comes twice is taken the first time, one that is left out at the moment of the change."""
        aware = local.replace(tzinfo=self._zone)
        begin = aware.astimezone(UTC)
        if begin.astimezone(self._zone).replace(tzinfo=None) == local:
            return begin
        gap = (aware.replace(fold=0).utcoffset() or timedelta()) - (aware.replace(fold=1).utcoffset() or timedelta())
        return _change(begin - abs(gap), begin + abs(gap), self._zone)


def _us(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The moment between two at which the zone's offset changes, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high
