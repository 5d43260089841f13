"""Subscriptions with one interval publish one after the other."""

import asyncio

import pytest

from protocols import tags
from protocols.opcua.publishing import following, phase

from .test_opcua import Served, served

__all__ = ["served"]


@pytest.mark.parametrize("count", [2, 5, 10, 50])
def test_phases_leave_no_gap_of_more_than_two_shares_and_a_half(count: int) -> None:
    for first in (1, 78, 1000):
        at = sorted(phase(number) for number in range(first, first + count))
        gaps = [after - before for before, after in zip(at, [*at[1:], at[0] + 1], strict=True)]
        assert max(gaps) <= 2.5 / count
        assert min(gaps) >= 0.3 / count


@pytest.mark.parametrize("period", [0.1, 0.5, 1.0, 60.0])
def test_each_keeps_its_interval_and_its_place_in_it(period: float) -> None:
    for number in range(78, 98):
        now = 12345.678
        first = following(now, period, number)
        assert 0 < first - now <= period * 1.0001
        second = following(first + 0.3 * period, period, number)
        assert second - first == pytest.approx(period)
        late = following(first + 2.7 * period, period, number)
        assert late - first == pytest.approx(3 * period), "what was missed is not made up for"


class Last:
    def __init__(self) -> None:
        self.value: object = None

    def datachange_notification(self, node: object, value: object, data: object) -> None:
        self.value = value


async def test_ten_subscriptions_get_their_changes(served: Served) -> None:
    client = await served.client()
    try:
        heard = [Last() for _ in range(10)]
        for one in heard:
            made = await client.create_subscription(100, one)
            await made.subscribe_data_change(client.get_node("ns=2;s=Job.Current"), queuesize=1)
        for job in range(1, 4):
            served.image.set(tags.CURRENT_JOB, job)
            async with asyncio.timeout(60):
                while {one.value for one in heard} != {job}:
                    await asyncio.sleep(0.01)
        subscriptions = served.server._internal.subscription_service.subscriptions.values()
        assert {type(one).__name__ for one in subscriptions} == {"SpreadSubscription"}
    finally:
        await client.disconnect()
