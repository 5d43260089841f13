"""Commands of ours that the running station does for an engineer: each in a process of its own, behind the line."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

LIMIT_S = 300.0
LONGEST_LINE = 64 * 2**20  # bytes: a command's answer is one line
LEAST_FAVOURED = 19  # niceness
ROOT = str(Path(__file__).resolve().parents[1])
COMMAND = (
    sys.executable,
    "-c",
    f"import os, sys; os.setpriority(os.PRIO_PROCESS, 0, {LEAST_FAVOURED}); sys.path.insert(0, {ROOT!r});"
    " from service.cli import main; sys.exit(main())",
)


class NotDone(Exception):
    """The command changed nothing; `problems` says why, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


async def run(
    words: Sequence[str],
    data: Path,
    limit_s: float | None = LIMIT_S,
    told: Callable[[dict[str, Any]], object] = lambda _: None,
) -> dict[str, Any]:
    """The last line that the command writes, which is JSON; each is `told`.

    Args:
        data: The station's folder.
        limit_s: None = as long as it takes.

    Raises:
        NotDone: It failed, or took longer. Cancelled, it is ended with all that it started.
    """
    last: dict[str, Any] = {}
    async with _child(words, data) as child:
        assert child.stdout
        assert child.stderr
        wrong = asyncio.ensure_future(child.stderr.read())
        try:
            async with asyncio.timeout(limit_s):
                async for line in child.stdout:
                    last = json.loads(line)
                    told(last)
                said, code = await wrong, await child.wait()
        except TimeoutError:
            raise NotDone([f"it was not done within {limit_s:g} s"]) from None
        finally:
            wrong.cancel()
    if code:
        raise NotDone(_reasons(said.decode("utf-8", "replace"), code))
    return last


@asynccontextmanager
async def _child(words: Sequence[str], data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        env=_environment(data),
        start_new_session=True,
        limit=LONGEST_LINE,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


def _environment(data: Path) -> Mapping[str, str]:
    return os.environ | {"VISION_STATION__DATA_FOLDER": str(data)}


def _reasons(said: str, code: int) -> list[str]:
    """Without the line that names the recipe's folder: who asked has named the job."""
    lines = [line for line in said.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(":") and lines[1].startswith("  "):
        lines = lines[1:]
    return [line.strip() for line in lines] or [f"it ended with {code}"]
