import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar

import pytest

from service.offload import Abandoned, Closed, Drain, Offload


@pytest.fixture
async def offload() -> AsyncIterator[Offload]:
    offload = Offload("camera")
    yield offload
    await offload.close()


async def test_calls_run_in_one_named_thread_in_order(offload: Offload) -> None:
    seen: list[tuple[int, str]] = []

    def note(n: int) -> None:
        seen.append((n, threading.current_thread().name))

    await asyncio.gather(*(offload(note, n) for n in range(50)))
    assert seen == [(n, "camera") for n in range(50)]


async def test_values_and_exceptions_come_back(offload: Offload) -> None:
    assert await offload(int, "7") == 7
    with pytest.raises(ValueError, match="invalid literal"):
        await offload(int, "seven")
    assert await offload(sum, (1, 2), start=3) == 6


async def test_a_cancelled_caller_leaves_the_thread_in_order(offload: Offload) -> None:
    go = threading.Event()
    waiting = asyncio.ensure_future(offload(go.wait, 10))
    await asyncio.sleep(0)
    waiting.cancel()
    go.set()
    assert await offload(int, "1") == 1
    assert waiting.cancelled()


async def test_a_call_cancelled_before_its_turn_does_not_run(offload: Offload) -> None:
    go, ran = threading.Event(), threading.Event()
    first = offload.submit(go.wait, 10)
    offload.submit(ran.set).cancel()
    go.set()
    await first
    await offload(int)
    assert not ran.is_set()


async def test_the_loop_stands_aside_until_an_idle_thread_has_begun(offload: Offload) -> None:
    entered = threading.Event()
    await offload(int)
    begun = offload.begin(60, entered.wait, 60)
    assert offload._worker is not None
    assert offload._worker._running is not None, "it is at it before this turn goes on"
    entered.set()
    assert await begun


async def test_the_loop_stands_aside_for_no_thread_that_is_busy_or_new(offload: Offload) -> None:
    go, ran = threading.Event(), threading.Event()
    first = offload.begin(0, go.wait, 60)
    second = offload.begin(60, ran.set)
    assert not ran.is_set()
    go.set()
    await asyncio.gather(first, second)
    assert ran.is_set()


async def test_the_loop_stands_aside_no_longer_than_it_was_told(offload: Offload) -> None:
    await offload(int)
    assert offload._worker is not None
    with offload._worker._lock:  # it cannot begin
        begun = offload.begin(0.001, int, "7")
        assert not begun.done()
    assert await begun == 7


async def test_a_hung_thread_is_given_up_and_a_fresh_one_serves_those_behind(offload: Offload) -> None:
    go, entered = threading.Event(), threading.Event()

    def hang() -> int:
        entered.set()
        go.wait(10)
        return threading.get_ident()

    hung = offload.submit(hang)
    await asyncio.to_thread(entered.wait, 10)
    behind = offload.submit(threading.get_ident)
    assert offload.abandon()
    with pytest.raises(Abandoned):
        await hung
    first = await behind
    go.set()  # the late result is dropped
    assert await offload(threading.get_ident) == first
    assert offload.pending == 0


async def test_a_thread_that_waits_for_work_is_not_given_up(offload: Offload) -> None:
    before = await offload(threading.get_ident)
    assert not offload.abandon() or await offload(int) == 0
    assert await offload(threading.get_ident) in {before, *(t.ident for t in threading.enumerate())}


async def test_closing_is_bounded_and_final() -> None:
    offload, go = Offload("hung"), threading.Event()
    call = offload.submit(go.wait, 10)
    started = time.monotonic()
    assert not await offload.close(timeout_s=0.05)
    assert time.monotonic() - started < 5
    with pytest.raises(Closed):
        await offload(int)
    go.set()
    await call


async def test_a_drain_gets_all_that_waits_at_once() -> None:
    go, batches = threading.Event(), list[list[int]]()

    def work(items: list[int]) -> None:
        go.wait(10)
        batches.append(items)

    drain = Drain[int]("writer", work)
    for n in range(100):
        drain.put(n)
    go.set()
    assert await drain.close()
    assert [n for items in batches for n in items] == list(range(100))
    assert len(batches) <= 3


async def test_a_drain_with_patience_is_called_without_work() -> None:
    idle = threading.Event()

    def work(items: list[int]) -> float | None:
        if not items:
            idle.set()
        return 0.001

    drain = Drain[int]("writer", work)
    assert await asyncio.to_thread(idle.wait, 10)
    assert await drain.close()


async def test_a_drain_is_waited_for_by_who_ends_the_process() -> None:
    go, seen = threading.Event(), list[int]()

    def work(items: list[int]) -> None:
        go.wait(60)
        seen.extend(items)

    drain = Drain[int]("writer", work, urgent=False)
    for number in range(3):
        drain.put(number)
    assert not drain.settle(0.01)
    assert drain.waiting > 0
    go.set()
    drain.put(3)
    assert drain.settle(60)
    assert seen == [0, 1, 2, 3]
    assert drain.waiting == 0
    assert await drain.close(60)


async def test_a_thread_knows_what_its_caller_is_about(offload: Offload) -> None:
    about: ContextVar[str] = ContextVar("about", default="nothing")
    token = about.set("this")
    asked = offload.submit(about.get)
    about.reset(token)
    assert await asyncio.gather(asked, offload.submit(about.get)) == ["this", "nothing"]

    def set_it() -> None:
        about.set("that")

    await offload(set_it)
    assert await offload(about.get) == "nothing", "what a call sets ends with it"
