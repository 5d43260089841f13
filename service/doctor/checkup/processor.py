"""Processor: its governor, its priority for the line, its temperature."""

import os
from collections.abc import Iterator

from service.metrics import table
from service.metrics.machine import Machine

from .finding import Finding, ok, slow, unknown, wrong
from .subject import Subject

HOT_C = 80.0  # a Raspberry Pi slows down from here on
_GOVERNORS = "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor"
_PERFORMANCE = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"


def cores(subject: Subject) -> Iterator[Finding]:
    """The loop needs one of its own, the vision thread another."""
    count, load = len(os.sched_getaffinity(0)), os.getloadavg()[1]
    seen = f"{count} cores, load {load:.1f} over five minutes"
    if count < 2:
        yield slow("processor.cores", seen, "Give the station two cores: one for the PLC, one for the tools")
    elif load > count:
        yield slow("processor.cores", seen, "Other programs wait for the same cores: move them elsewhere")
    else:
        yield ok("processor.cores", seen)


def governor(subject: Subject) -> Iterator[Finding]:
    """A core that sleeps between two parts is slow for the first of their milliseconds."""
    found = sorted({path.read_text().strip() for path in subject.root.glob(_GOVERNORS)})
    if not found:
        yield unknown("processor.governor", "the kernel offers none, as in most virtual machines")
    elif found == ["performance"]:
        yield ok("processor.governor", "performance")
    else:
        yield slow("processor.governor", ", ".join(found), f"{_PERFORMANCE} (until the next start of the machine)")


def real_time(subject: Subject) -> Iterator[Finding]:
    """Whether the loop of the running station goes before other programs."""
    if not subject.serves or subject.running is None:
        return
    policy = os.sched_getscheduler(subject.running.worker) & ~os.SCHED_RESET_ON_FORK
    if policy == os.SCHED_RR:
        yield ok("processor.real_time", "the event loop goes before other programs")
    else:
        remedy = "Start it as the unit of deploy/install.sh does (LimitRTPRIO=2, LimitNICE=-10)"
        yield slow("processor.real_time", "the event loop has an ordinary priority", remedy)


def temperature(subject: Subject) -> Iterator[Finding]:
    """Heat and, on a Raspberry Pi, what the firmware did about it."""
    values = Machine(subject.root, subject.root / "sys").values()
    hottest = max((v.value for v in values if v.metric is table.TEMPERATURE), default=None)
    held = [v.labels[0] for v in values if v.metric is table.THROTTLED and v.value]
    before = [v.labels[0] for v in values if v.metric is table.THROTTLED_BEFORE and v.value and v.labels[0] not in held]
    if held:
        remedy = "Use the maker's power supply and cable (under_voltage), a heat sink or fan (the others)"
        yield wrong("processor.throttling", f"held back now: {', '.join(held)}", remedy)
    if before:
        remedy = "Look at power supply and cooling, and restart the machine to forget it"
        yield slow("processor.throttling", f"held back since the start: {', '.join(before)}", remedy)
    if hottest is None:
        yield unknown("processor.temperature", "the kernel tells none, as in most virtual machines")
    elif hottest >= HOT_C:
        yield slow("processor.temperature", f"{hottest:.0f} °C", "Cool it: from about 80 °C on it slows down")
    else:
        yield ok("processor.temperature", f"{hottest:.0f} °C")


CHECKS = (cores, governor, real_time, temperature)
