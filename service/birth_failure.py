"""How a generation ends that cannot start: where one has served before, its fault must not end the service."""

import sys
import time
from typing import Any, NoReturn

from .generations import Mark, shared

BOOT_FAILED = 3  # Gunicorn ends the whole service at this exit code
TRY_AGAIN = 75  # and starts another worker at any other


def birth_failed(log: Any, age: int, exc: BaseException, *, first: bool) -> NoReturn:
    """Say why, and end this process.

    Args:
        log: Gunicorn's.
        first: No generation has served before.
    """
    log.error("generation %d cannot start: %s", age, exc, exc_info=not hasattr(exc, "problems"))
    shared.failed(age, str(exc) or type(exc).__name__)
    if first:
        sys.exit(BOOT_FAILED)
    if not shared[Mark.ALIVE]:
        time.sleep(1.0)  # nobody serves meanwhile: no faster than this
    sys.exit(TRY_AGAIN)
