"""Run every check, and let none keep the others from being heard."""

from collections.abc import Callable, Iterable, Iterator

from . import camera, clock, configuration, disk, memory, permissions, ports, processor, running, software
from .finding import Finding, unknown
from .subject import Subject

Check = Callable[[Subject], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    *software.CHECKS,
    *configuration.CHECKS,
    *running.CHECKS,
    *camera.CHECKS,
    *ports.CHECKS,
    *permissions.CHECKS,
    *clock.CHECKS,
    *disk.CHECKS,
    *processor.CHECKS,
    *memory.CHECKS,
)


def examine(subject: Subject, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """What each check finds, as it finds it."""
    for check in checks:
        try:
            yield from check(subject)
        except OSError as exc:  # a file that this user or this kernel does not have
            group = check.__module__.rpartition(".")[2]
            yield unknown(f"{group}.{check.__name__}", str(exc), "Look as the station's user, or as root")
