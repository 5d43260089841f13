"""The work of the log's thread: lines to their destination, and word of those that did not get there."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Literal

from .destinations import Destination, Lost
from .line import Line
from .ring import Ring

NAME = "service.logs"
GATHER_S = 0.02  # that lines without a warning wait for more: the loop is not asked for the interpreter by each
SWEEP_S = 1.0
Level = Literal["debug", "info", "warning", "error", "critical"]
LEVELS: tuple[tuple[int, Level], ...] = ((50, "critical"), (40, "error"), (30, "warning"), (20, "info"))
LEAST: Level = "debug"

Missing = Callable[[], tuple[int, Sequence[tuple[Line, int]]]]  # see `Handler.missing`


class Writer:
    """`work` runs in the log's thread alone."""

    def __init__(
        self, destination: Destination, missing: Missing, collect: Callable[[Line], None] | None = None
    ) -> None:
        """`collect` gets the errors."""
        self._destination, self._missing, self._collect = destination, missing, collect
        self.written: dict[str, int] = dict.fromkeys(
            (LEAST, *(name for _, name in reversed(LEVELS))), 0
        )  # lines, by level
        self.lost = 0  # the destination did not take them
        self.ring = Ring()
        self._said_lost = self._said_dropped = 0
        self._reason = ""

    def work(self, lines: list[Line]) -> float:
        """One round; after how long the next one is due."""
        if lines and all(line.level < logging.WARNING for line in lines):
            time.sleep(GATHER_S)
        dropped, floods = self._missing()
        self._write([*lines, *(_suppressed(line, count) for line, count in floods)])
        self._report(dropped)
        for line in lines:
            if line.level >= logging.ERROR:
                self._send(line)
        return SWEEP_S

    def _send(self, line: Line) -> None:
        if self._collect is None:
            return
        try:
            self._collect(line)
        except Exception as exc:  # a defect in the library must not end this thread either
            self._write([_of_ours(f"an error was not sent to the collector: {exc!r}")])

    def _write(self, lines: Sequence[Line]) -> int:
        """How many were lost. Without lines too: a file that was renamed is let go, and begun anew."""
        lost = 0
        self.ring.add(lines)  # whether the destination takes them or not
        try:
            self._destination.write(lines)
        except Lost as exc:
            lost, self._reason = exc.count, str(exc)
        except Exception as exc:  # a line that cannot be formatted must not end the only thread that writes
            lost, self._reason = len(lines), f"internal error: {exc!r}"
        for line in lines[: len(lines) - lost]:
            self.written[level_name(line.level)] += 1
        self.lost += lost
        return lost

    def _report(self, dropped: int) -> None:
        """Once there is room again: how many are missing, and why."""
        words = []
        if new := dropped - self._said_dropped:
            words.append(f"{new} lines were dropped here: they came faster than they could be written")
        if new := self.lost - self._said_lost:
            words.append(f"{new} lines were lost here: {self._destination.name}: {self._reason}")
        if not words:
            return
        lost = self.lost
        if self._write([_of_ours(text) for text in words]):
            self.lost = lost  # what says it counts for nothing itself
        else:
            self._said_dropped, self._said_lost = dropped, lost


def level_name(level: int) -> Level:
    """Of the level at or below it that has one: debug, info, warning, error, critical."""
    return next((name for least, name in LEVELS if level >= least), LEAST)


def _suppressed(line: Line, count: int) -> Line:
    return line._replace(text=f"{count} more like this were suppressed: {line.text}", trace=None)


def _of_ours(text: str) -> Line:
    return Line(time.time(), logging.WARNING, NAME, text, text)
