"""A command in a process of its own that tells how far it has come, in lines of JSON."""

import json
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

LONGEST = 500  # characters of a reason


class ToldRun:
    """One process at a time."""

    def __init__(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """`heard`: called in the thread of `follow`, for each line."""
        self._heard = heard
        self._process: subprocess.Popen[str] | None = None

    def follow(self, command: Sequence[str], given: str = "") -> str:
        """Blocks until it ends; why it failed, "" = it did not.

        Args:
            given: For its standard input.

        Raises:
            OSError: No process can be started.
        """
        pipe = subprocess.PIPE
        with subprocess.Popen(  # noqa: S603 - our own words
            tuple(command), stdin=pipe if given else subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        ) as process:
            self._process = process
            if process.stdin:
                process.stdin.write(given)
                process.stdin.close()
            assert process.stdout
            assert process.stderr
            for line in process.stdout:  # it writes little to standard error before it ends
                self._heard(json.loads(line))
            said = process.stderr.read()
        self._process = None
        return "" if process.returncode == 0 else _reason(said, process.returncode)

    def end(self) -> None:
        """Its process ends with the station's."""
        if self._process:
            self._process.terminate()


def _reason(said: str, code: int) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].removeprefix("Not done: ")[:LONGEST] if lines else f"it ended with exit code {code}"
