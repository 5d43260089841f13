"""Changes are turned away while a station stands still, and those under way are waited for."""

import asyncio

import pytest

from protocols.ascii import AsciiSettings
from protocols.ascii.commands import Commands
from protocols.ascii.template import Template
from protocols.standstill import StandsStill, Standstill


def test_nothing_begins_while_it_stands_still() -> None:
    standstill = Standstill()
    with standstill.change():
        pass
    asyncio.run(standstill.begin(0))
    with pytest.raises(StandsStill, match="ask again"), standstill.change():
        pytest.fail("it was let in")
    standstill.end()
    with standstill.change():
        pass


async def test_what_is_under_way_is_waited_for() -> None:
    standstill, go_on, done = Standstill(), asyncio.Event(), []

    async def change() -> None:
        with standstill.change():
            await go_on.wait()
            done.append(1)

    changing = [asyncio.create_task(change()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting = asyncio.create_task(standstill.begin(60))
    await asyncio.sleep(0)
    assert standstill.begun
    assert not waiting.done()
    go_on.set()
    await waiting
    assert len(done) == 2
    await asyncio.gather(*changing)


async def test_what_takes_too_long_is_not() -> None:
    standstill = Standstill()
    with standstill.change():
        await standstill.begin(0.01)
    assert standstill.begun


@pytest.mark.parametrize("line", [b"T", b"#7 T;A-17", b"T;R?", b"J5", b"L;lot;7"])
async def test_a_line_that_would_change_something_is_told_to_come_again(line: bytes) -> None:
    standstill = Standstill()
    commands = Commands(object(), Template(AsciiSettings().template), standstill)  # type: ignore[arg-type]
    await standstill.begin(0)
    answer = await commands.answer(line, "127.0.0.1")
    assert answer.removeprefix(b"#7 ") == b"E;108;the station is being reloaded: ask again"
