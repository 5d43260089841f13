"""The loop's own lateness."""

import asyncio
import time

import pytest

from service.lag import LoopLag


def test_nothing_measured_is_no_lag() -> None:
    assert LoopLag().lag().largest == 0


def test_percentiles_are_of_the_last_seconds() -> None:
    lag, now = LoopLag(), time.perf_counter()
    lag.note(now - 30, now - 30.5)
    for _ in range(99):
        lag.note(now, now - 0.001)
    lag.note(now, now - 0.1)
    assert lag.lag(10).p50 == pytest.approx(1)
    assert lag.lag(10).p99 == pytest.approx(100)
    assert lag.lag().largest == pytest.approx(500)


def test_a_timer_that_is_early_is_in_time() -> None:
    lag, now = LoopLag(), time.perf_counter()
    lag.note(now, now + 0.001)
    assert lag.lag().largest == 0


async def test_a_blocked_loop_is_seen() -> None:
    lag = LoopLag()
    task = asyncio.ensure_future(lag.run())
    await asyncio.sleep(0)
    time.sleep(0.1)  # noqa: ASYNC251 - this is what it is to find
    while not lag.lag().largest:
        await asyncio.sleep(0.005)
    assert lag.lag().largest > 50
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
