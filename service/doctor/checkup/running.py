"""What the running station says of itself."""

import time
from collections.abc import Iterator

from protocols.alarms import texts

from .finding import Finding, ok, slow, unknown, wrong
from .subject import Subject

LAG_S = 0.005  # the loop's bar


def station(subject: Subject) -> Iterator[Finding]:
    """Whether one runs, serves, and came up as it was asked to."""
    state = subject.running
    if state is None:
        yield _none(subject)
        return
    if state.trouble:
        remedy = "Correct it and reload; until then what served before serves on"
        yield wrong("station.reload", f"generation {state.failed} could not start: {state.trouble}", remedy)
    if not subject.serves:
        said = subject.silence or "it does not serve yet"
        yield wrong("station", f"process {state.master} runs and does not answer: {said}", "See its log")
        return
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(state.since))
    yield ok("station", f"process {state.master} serves at {state.url}/ since {since}")


def parts(subject: Subject) -> Iterator[Finding]:
    """As /readyz has them; the camera has a check of its own."""
    for name, reason in (subject.not_ready or {}).items():
        if name != "camera":
            yield wrong(f"station.{name}", reason, "The station keeps trying; docs/troubleshooting.md")
    if subject.serves and not subject.not_ready:
        yield ok("station.ready", "every part is ready")


def alarms(subject: Subject) -> Iterator[Finding]:
    catalogue = texts()
    for sample in subject.samples.of("vision_alarm_active"):
        if sample.value:
            number = int(sample.labels["number"])
            text = catalogue.get(number)
            what, remedy = (text.what, text.remedy) if text else (sample.labels["name"], "See docs/runbook.md")
            yield wrong(f"alarm.{number}", what, remedy)


def loop(subject: Subject) -> Iterator[Finding]:
    """How late its event loop is, which the PLC waits for."""
    lag_s = subject.samples.quantile_s("vision_loop_lag_seconds", 0.99)
    if lag_s is None:
        return
    seen = f"99 of 100 turns of the event loop came within {1000 * lag_s:g} ms of their time, since it started"
    if lag_s <= LAG_S:
        yield ok("station.loop", seen)
    else:
        remedy = "Let the unit start it (real-time limits), end other programs, or take a faster processor"
        yield slow("station.loop", seen, remedy)


def _none(subject: Subject) -> Finding:
    if subject.others:
        processes = ", ".join(map(str, subject.others))
        return unknown(
            "station", f"stations of other users run (processes {processes})", "Look as their user or as root"
        )
    return unknown("station", "none runs with these settings", "Start it, and look again: it says more of itself")


CHECKS = (station, parts, alarms, loop)
