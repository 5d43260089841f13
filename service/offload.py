"""Named threads with one owner: the only place where threads are made.

`Offload` runs one blocking call after another; `Drain` hands a thread everything that waits at once.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, ParamSpec, TypeVar

from . import priority

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Abandoned(Exception):
    """The thread hung in this call and was given up; whatever it still returns is dropped."""


class Closed(Exception):
    """The thread has been closed: nothing runs there any more."""


@dataclass(frozen=True, slots=True)
class _Call:
    fn: Callable[[], Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    begun: threading.Event | None = None  # for who waits for that

    def run(self) -> None:
        if self.begun:
            self.begun.set()
        if self.future.cancelled():  # nobody waits for it any more: it must not act on the camera or the disk late
            return
        try:
            value, error = self.fn(), None
        except BaseException as exc:  # raised again where the call is awaited
            value, error = None, exc
        tell(self.loop, self._settle, value, error)

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.future.done():  # cancelled or abandoned meanwhile
            return
        if error is None:
            self.future.set_result(value)
        elif isinstance(error, StopIteration):  # a future cannot carry it
            self.future.set_exception(RuntimeError("StopIteration in a thread"))
        else:
            self.future.set_exception(error)


class _Worker:
    """One thread on the queue of its owner. It leaves after its call once it is abandoned."""

    def __init__(self, name: str, queue: "SimpleQueue[_Call | None]", urgent: bool) -> None:
        self._queue = queue
        self._lock = threading.Lock()
        self._running: _Call | None = None
        self._abandoned = False
        self.abandoned_at = 0.0  # CLOCK_MONOTONIC
        self.thread = _start(name, self._run, urgent)

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            with self._lock:
                self._running = call
            call.run()
            with self._lock:
                self._running = None
                if self._abandoned:
                    return
            del call  # frames must not live until the next call

    @property
    def hung(self) -> bool:
        """Abandoned, and still in its call."""
        return self._abandoned and self.thread.is_alive()

    def abandon(self) -> _Call | None:
        """The call it hangs in; None where it waits for work and is as good as new."""
        with self._lock:
            self._abandoned = self._running is not None
            self.abandoned_at = time.monotonic()
            if self._abandoned and self.thread.native_id is not None:
                priority.fall_behind(self.thread.native_id)
            return self._running


class Offload:
    """Calls run in one thread, in the order they were made. Belongs to one event loop."""

    def __init__(self, name: str, *, urgent: bool = False) -> None:
        """`urgent`: a part waits for it."""
        self.name, self._urgent = name, urgent
        self._queue: SimpleQueue[_Call | None] = SimpleQueue()
        self._worker: _Worker | None = None
        self._closed = False
        self._pending = 0
        self._left: list[_Worker] = []

    @property
    def pending(self) -> int:
        """Calls that wait or run."""
        return self._pending

    @property
    def hung(self) -> int:
        """Threads that were given up and have not come back."""
        self._left = [worker for worker in self._left if worker.hung]
        return len(self._left)

    @property
    def hung_for_s(self) -> float:
        """How long ago the first of them was given up; 0 where none hangs."""
        return time.monotonic() - min(worker.abandoned_at for worker in self._left) if self.hung else 0.0

    @property
    def closed(self) -> bool:
        return self._closed

    async def __call__(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn` in the thread; its value or exception.

        Raises:
            Abandoned: The thread was given up during this call.
            Closed: After `close`.
        """
        return await self.submit(fn, *args, **kwargs)

    def submit(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """As a call, without waiting. A call that is cancelled before its turn is not run."""
        return self._submit(None, lambda: fn(*args, **kwargs))

    def begin(self, limit_s: float, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """As `submit`, and stand aside until a thread that has nothing else to do has begun, at most `limit_s`.

        Both need the interpreter: else it could begin only when the loop has nothing to do any more.
        """
        begun = threading.Event() if self._worker and not self._pending else None
        future = self._submit(begun, lambda: fn(*args, **kwargs))
        if begun:
            begun.wait(limit_s)
        return future

    def _submit(self, begun: threading.Event | None, call: Callable[[], R]) -> "asyncio.Future[R]":
        if self._closed:
            raise Closed(self.name)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._pending += 1
        future.add_done_callback(self._done)
        if self._worker is None:
            self._worker = _Worker(self.name, self._queue, self._urgent)
        there = partial(contextvars.copy_context().run, call)  # what it logs there belongs to the same part or request
        self._queue.put(_Call(there, future, loop, begun))
        return future

    def _done(self, _: object) -> None:
        self._pending -= 1

    def abandon(self) -> bool:
        """Give the thread up if it is in a call: that call fails, a fresh thread serves those behind it."""
        if self._worker is None or (hung := self._worker.abandon()) is None:
            return False
        self._left.append(self._worker)
        self._worker = None if self._queue.empty() else _Worker(self.name, self._queue, self._urgent)
        if not hung.future.done():
            hung.future.set_exception(Abandoned(self.name))
        return True

    async def close(self, timeout_s: float = 1.0) -> bool:
        """Let the calls made so far end; whether they did in time. A thread that hangs is left behind."""
        self._closed = True
        if self._worker is None:
            return True
        self._queue.put(None)
        return await _ended(self._worker.thread, timeout_s)


class Drain(Generic[T]):
    """A thread that takes all that waits at once, so that one commit can serve them all."""

    def __init__(
        self, name: str, work: Callable[[list[T]], float | None], most: int = 512, *, urgent: bool = True
    ) -> None:
        """`work` gets 0 to `most` items; it returns after how many seconds it wants to be called with nothing to do.

        `urgent`: a part waits for it.
        """
        self._work, self._most = work, most
        self._queue: SimpleQueue[T | threading.Event | None] = SimpleQueue()
        self._thread = _start(name, self._run, urgent)

    @property
    def waiting(self) -> int:
        """Items that nobody has begun with."""
        return self._queue.qsize()

    def put(self, item: T) -> None:
        """From any thread."""
        self._queue.put(item)

    def settle(self, timeout_s: float) -> bool:
        """Block until everything put so far has been worked on, at most so long: for who ends the process."""
        done = threading.Event()
        self._queue.put(done)
        return done.wait(timeout_s)

    async def close(self, timeout_s: float = 2.0) -> bool:
        """Let everything put so far be worked on; whether that ended in time."""
        self._queue.put(None)
        return await _ended(self._thread, timeout_s)

    def _run(self) -> None:
        patience: float | None = 0
        while True:
            items, stop = self._take(patience)
            patience = self._work(items)
            if isinstance(stop, threading.Event):
                stop.set()
            elif stop:
                return

    def _take(self, patience: float | None) -> tuple[list[T], "threading.Event | bool"]:
        """All that waits, up to where somebody waits for it, or to the end (True)."""
        items: list[T] = []
        with suppress(Empty):
            item = self._queue.get(timeout=patience)
            while item is not None:
                if isinstance(item, threading.Event):
                    return items, item
                items.append(item)
                if len(items) == self._most:
                    return items, False
                item = self._queue.get_nowait()
            return items, True
        return items, False


def tell(loop: asyncio.AbstractEventLoop, fn: Callable[..., object], *args: Any) -> None:
    """Call `fn` on the loop, from any thread; not at all where the loop is closed already."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(fn, *args)


def _start(name: str, run: Callable[[], None], urgent: bool) -> threading.Thread:
    led = priority.leads()

    def placed() -> None:
        if led:
            priority.follow(urgent)
        run()

    thread = threading.Thread(target=placed, name=name, daemon=True)
    thread.start()
    return thread


async def _ended(thread: threading.Thread, timeout_s: float) -> bool:
    deadline = asyncio.get_running_loop().time() + timeout_s
    while thread.is_alive():  # closing is rare, and the end of a thread rings no bell
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(0.002)
    return True
