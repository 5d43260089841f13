"""When subscriptions publish: each in its own part of the interval, so that many clients do not all ask at once."""

import asyncio
import time

from asyncua.server.internal_subscription import InternalSubscription

GOLDEN = 0.6180339887498949  # its multiples, without their whole parts, divide any interval evenly


def phase(number: int) -> float:
    """Where in its interval the subscription `number` publishes, 0 to 1."""
    return number * GOLDEN % 1.0


def following(now: float, period: float, number: int) -> float:
    """When the subscription `number` publishes next, behind `now`: always at the same place in the interval."""
    return ((now / period - phase(number)) // 1 + 1 + phase(number)) * period


class SpreadSubscription(InternalSubscription):
    """Overrides a private method of asyncua 2.1.0, where each publishes an interval after its own beginning.

    A SCADA system that comes back with fifty subscriptions would have them all published in one turn of the loop.
    """

    async def _subscription_loop(self) -> None:
        number, period = self.data.SubscriptionId, self.data.RevisedPublishingInterval / 1000
        await self.publish_results()
        at = time.monotonic()
        while not self._closing:
            at = following(max(at, time.monotonic()), period, number)
            await asyncio.sleep(at - time.monotonic())
            await self.publish_results()
