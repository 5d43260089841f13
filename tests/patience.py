"""How a test waits for what must come."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 60.0  # a busy machine may stand still for some


async def until(true: Callable[[], object], limit_s: float = PATIENCE_S) -> None:
    """Wait until `true()` is; raises TimeoutError."""
    async with asyncio.timeout(limit_s):
        while not true():
            await asyncio.sleep(0.005)
