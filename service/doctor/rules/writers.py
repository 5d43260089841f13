"""Who writes: two at once, or one that shows no sign of life."""

from collections.abc import Iterable
from itertools import pairwise

from ..case import Case
from ..rule import WARNING, Found, Rule

HEARTBEAT = 6  # HR


def _two(case: Case) -> Iterable[Found]:
    """They trigger in turns; one that takes the place of another, as a new PLC does, is fine."""
    for name, by_number in (("TriggerSeq", True), ("Trigger", False)):
        triggers = [t.seen for p in case.programs for t in p.triggers if bool(t.seq) is by_number]
        triggers.sort(key=lambda seen: seen.at_ns)
        who = [seen.exchange.client for seen in triggers]
        for (i, one), (j, other) in pairwise(enumerate(who)):
            if one != other and one in who[j:]:
                back = who.index(one, j)
                yield Found(one, [triggers[i], triggers[j], triggers[back]], {"register": name, "other": other})
                break


def _no_heartbeat(case: Case) -> Iterable[Found]:
    settings = case.settings
    if not settings.watchdog_ms or settings.watchdog_source != "heartbeat":
        return
    for program in case.programs:
        writes = program.writes
        if not program.triggers or (writes[-1].at_ns - writes[0].at_ns) / 1e6 < 3 * settings.watchdog_ms:
            continue
        changes = sum(1 for _ in program.new_values(HEARTBEAT))
        if changes < 2:
            yield Found(program.address, writes[-1:], {"watchdog_ms": settings.watchdog_ms}, len(writes))


RULES = (
    Rule(501, "two_writers", WARNING, _two),
    Rule(502, "no_heartbeat", WARNING, _no_heartbeat),
)
