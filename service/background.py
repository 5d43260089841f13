"""Coroutines that run as long as the application serves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web


def running(run: Callable[[], Awaitable[None]]) -> Callable[[web.Application], AsyncIterator[None]]:
    """For `app.cleanup_ctx`. No TaskGroup: aiohttp may start and end it in two different tasks."""

    async def context(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.ensure_future(run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return context


def beside(run: Callable[[], Awaitable[Any]], stack: AsyncExitStack) -> None:
    """Runs until `stack` closes."""
    task = asyncio.ensure_future(run())

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)
