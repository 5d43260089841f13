"""What the code that runs is about: every line that it logs carries that, in whatever thread.

`service.offload` hands both on to its threads; a new task takes them over by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

INSPECTION: ContextVar[int] = ContextVar("inspection_id", default=0)  # InspectionId of the part; 0 = none
REQUEST: ContextVar[str] = ContextVar("request_id", default="")  # of HTTP; "" = none


@contextmanager
def about_part(number: int) -> Iterator[None]:
    """What is logged inside is about this part. For a task that does nothing else afterwards, set INSPECTION."""
    before = INSPECTION.set(number)
    try:
        yield
    finally:
        INSPECTION.reset(before)


def parts(*numbers: int) -> dict[str, tuple[int, ...]]:
    """As `extra` of a line about these parts, where the context does not know; 0 is no part."""
    return {"inspections": tuple(sorted({number for number in numbers if number}))}
