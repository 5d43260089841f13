"""Who goes first. The system says yes to root only: tests skip where it says no."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from service import priority
from service.offload import Abandoned, Drain, Offload


def place() -> tuple[int, int, int]:
    """Policy, real-time priority and niceness of the calling thread."""
    policy = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK
    return policy, os.sched_getparam(0).sched_priority, os.getpriority(os.PRIO_PROCESS, 0)


@pytest.fixture
def leading() -> Iterator[None]:
    """The test's own thread leads, for the length of the test."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    priority.lead()
    if not priority.leads():
        pytest.skip("no real-time priority for this user")
    yield
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.setpriority(os.PRIO_PROCESS, 0, nice)


async def test_threads_of_the_line_come_after_the_loop_and_before_all_others(leading: None) -> None:
    line, archive = Offload("camera", urgent=True), Offload("archive")
    assert place()[:2] == (os.SCHED_RR, priority.LOOP)
    assert (await line(place))[:2] == (os.SCHED_RR, priority.LINE)
    assert await archive(place) == (os.SCHED_OTHER, 0, priority.NICENESS)
    await line.close()
    await archive.close()


async def test_commits_belong_to_the_line(leading: None) -> None:
    places: list[tuple[int, int, int]] = []
    drain = Drain[int]("store-write", lambda _: places.append(place()))
    await drain.close()
    assert places[0][:2] == (os.SCHED_RR, priority.LINE)


async def test_a_thread_that_hangs_loses_its_place(leading: None) -> None:
    line, on, places = Offload("vision", urgent=True), threading.Event(), list[tuple[int, int, int]]()
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> None:
        loop.call_soon_threadsafe(began.set)
        on.wait(10)
        places.append(place())

    call = line.submit(hang)
    await began.wait()
    assert line.abandon()
    with pytest.raises(Abandoned):
        await call
    on.set()
    while line.hung:
        await asyncio.sleep(0.005)
    assert places[0][:2] == (os.SCHED_OTHER, 0)
    await line.close()


async def test_where_nobody_leads_threads_are_as_their_maker() -> None:
    own, line = place(), Offload("camera", urgent=True)
    assert await line(place) == own
    await line.close()


def test_what_tests_start_is_ordinary() -> None:
    asks = "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
