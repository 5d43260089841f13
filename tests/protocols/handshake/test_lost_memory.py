"""A database that was lost: the numbers go on."""

import asyncio
from collections.abc import Iterator

import pytest

from protocols import tags
from protocols.handshake import Handshake
from protocols.handshake.types import Accepted, Source
from protocols.image import ProcessImage
from tests.protocols.handshake.rig import Clock, Found, Line, MemoryJournal, handshake


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def restored(loop: asyncio.AbstractEventLoop, found: Found) -> tuple[Handshake, ProcessImage]:
    image = ProcessImage()
    made = handshake(image, Line(), MemoryJournal(loop), Clock())
    made.restore(found)
    return made, image


@pytest.mark.parametrize(("last", "following"), [(0, 1), (1, 2), (65519, 65520), (65520, 1)])
def test_the_next_result_has_the_number_after_the_last(
    loop: asyncio.AbstractEventLoop, last: int, following: int
) -> None:
    made, image = restored(loop, Found(None, (), (), power_up=True, last_number=500, last_seq=last))
    assert made.next_seq == following
    assert image.get(tags.NEWEST_RESULT_SEQ) == last


def test_an_interrupted_trigger_gets_a_number_that_was_not_used(loop: asyncio.AbstractEventLoop) -> None:
    opened = Accepted(7, Source.MODBUS, 1, 0)
    made, image = restored(loop, Found(None, (), (opened,), power_up=False, last_number=9, last_seq=30))
    assert image.get(tags.NEWEST_RESULT_SEQ) == 31
    assert made.next_seq == 32
