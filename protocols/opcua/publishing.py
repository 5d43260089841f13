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
        self._modified = asyncio.Event()
        await self.publish_results()
        at = time.monotonic()
        while not self._closing:
            period = self.data.RevisedPublishingInterval / 1000
            at = following(max(at, time.monotonic()), period, self.data.SubscriptionId)
            try:
                async with asyncio.timeout(at - time.monotonic()):
                    await self._modified.wait()
            except TimeoutError:
                await self.publish_results()
            else:  # another interval, which begins here
                self._modified.clear()
                at = time.monotonic()

    def modify(self, interval_ms: float, lifetime: int, keep_alive: int) -> None:
        """Another interval, and how many of them; from now on."""
        self.data.RevisedPublishingInterval = interval_ms
        self.data.RevisedLifetimeCount, self.data.RevisedMaxKeepAliveCount = lifetime, keep_alive
        self._publish_cycles_count = 0
        self._modified.set()
