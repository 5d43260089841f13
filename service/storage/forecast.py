"""When will it be full: stocks that grow, each until its own limits hold it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stock:
    """Something that is kept, in one unit (bytes, or images)."""

    size: float
    per_day: float  # how much comes
    most: float = math.inf  # of it at once, by its own limits

    @property
    def grows_for(self) -> float:
        """Days; 0 where as much goes as comes."""
        if self.per_day <= 0 or self.size >= self.most:
            return 0.0
        return (self.most - self.size) / self.per_day


def days_until(stocks: Iterable[Stock], room: float) -> float:
    """After how many days they have taken `room` more, 0 = it is taken; inf = their own limits hold them before."""
    growing = sorted((stock.grows_for, stock.per_day) for stock in stocks if stock.grows_for > 0)
    rate, days = sum(per_day for _, per_day in growing), 0.0
    if room <= 0:
        return 0.0
    for end, per_day in growing:
        taken = rate * (end - days)
        if taken >= room:
            return days + room / rate
        room, days, rate = room - taken, end, rate - per_day
    return math.inf


def most_by_age(per_day: float, days: float) -> float:
    """How much there is once as much goes by its age as comes; `days` 0 = no limit."""
    return per_day * days if days else math.inf
