"""Which shift a moment belongs to."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from .settings import ShiftSettings


class Shifts:
    """Shifts by their start on the station's clock; the last of a day lasts until the first of the next."""

    def __init__(self, settings: ShiftSettings, zone: tzinfo) -> None:
        self._zone = zone
        starts = ((time.fromisoformat(start), name) for name, start in settings.starts.items())
        self._starts = sorted(starts)

    def name(self, at_us: int) -> str:
        """The shift at `at_us` (UTC microseconds); "" where none is set."""
        return self._found(at_us)[1]

    def start_us(self, at_us: int) -> int:
        """When that shift began (UTC microseconds); where none is set, the local midnight."""
        return round(self._found(at_us)[0].timestamp()) * 1_000_000

    def next_us(self, at_us: int) -> int | None:
        """When the shift after it begins; None where none is set."""
        if not self._starts:
            return None
        moment = datetime.fromtimestamp(at_us / 1e6, UTC)
        today = moment.astimezone(self._zone).date()
        begins = (
            self._begin(datetime.combine(day, start))
            for day in (today, today + timedelta(days=1), today + timedelta(days=2))
            for start, _ in self._starts
        )
        return round(min(begin for begin in begins if begin > moment).timestamp()) * 1_000_000

    def _found(self, at_us: int) -> tuple[datetime, str]:
        moment = datetime.fromtimestamp(at_us / 1e6, UTC)
        today = moment.astimezone(self._zone).date()
        starts = self._starts or [(time(), "")]
        begun = [
            (begin, name)
            for day in (today - timedelta(days=1), today)
            for start, name in starts
            if (begin := self._begin(datetime.combine(day, start))) <= moment
        ]
        return max(begun)

    def _begin(self, local: datetime) -> datetime:
        """In UTC. A time that comes twice is taken the first time, one that is left out at the moment of the change."""
        aware = local.replace(tzinfo=self._zone)
        begin = aware.astimezone(UTC)
        if begin.astimezone(self._zone).replace(tzinfo=None) == local:
            return begin
        gap = (aware.replace(fold=0).utcoffset() or timedelta()) - (aware.replace(fold=1).utcoffset() or timedelta())
        return _change(begin - abs(gap), begin + abs(gap), self._zone)


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The moment between two at which the zone's offset changes, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high
