"""A reload that somebody asks the running station for: checked first, then by the successor, whose reason is kept."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

RELOAD = (sys.executable, "-m", "service.control", "reload")
LONGEST = 2000  # characters of a reason


class AlreadyReloading(Exception):
    """One at a time."""


class Reloads:
    """The start script's `reload`, in a process of its own that outlives this generation."""

    def __init__(self, command: Sequence[str] = RELOAD) -> None:
        self._command = tuple(command)
        self._run: asyncio.Task[None] | None = None
        self.failure = ""  # why the last one came to nothing, so that this generation goes on

    @property
    def busy(self) -> bool:
        return self._run is not None and not self._run.done()

    def begin(self, master: int) -> None:
        """`master`: process id of Gunicorn's master.

        Raises:
            AlreadyReloading
        """
        if self.busy:
            raise AlreadyReloading
        self.failure = ""
        self._run = asyncio.ensure_future(self._reload(master))

    async def close(self) -> None:
        """The process goes on: it sees the successor take over."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    async def _reload(self, master: int) -> None:
        read, write = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=write,
                start_new_session=True,
            )
            os.close(write)
            write = -1
            if await process.wait():
                self.failure = _reason(read)
        except OSError as exc:
            self.failure = f"no process can be started: {exc.strerror}"
        finally:
            for descriptor in (read, write):
                with suppress(OSError):
                    os.close(descriptor)


def _reason(descriptor: int) -> str:
    os.set_blocking(descriptor, False)
    try:
        said = os.read(descriptor, 64 * 1024).decode("utf-8", "replace")
    except BlockingIOError:
        said = ""
    return said.strip()[:LONGEST] or "it ended without a word: see the log"
