"""Gunicorn's logger, in the master too: its lines look and go as the station's do.

A worker's own log takes its loggers over (`service.logs.setup`); until then, and in the master, lines are written at
once, and one that does not fit is counted rather than waited for: the master must be there when a worker ends.
"""

import logging
import os
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from . import generations
from .logs.choice import Choice, destination_of
from .logs.destinations import STDERR, Destination, Stream
from .logs.formats import readable
from .logs.line import line_of

METHODS = ("critical", "error", "warning", "info", "debug", "exception")


class DirectHandler(logging.Handler):
    """Writes in the caller's thread, as the newest generation that served chose."""

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._destination: Destination = Stream(readable, patient=False)
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        line = line_of(record)
        lines = [line]
        if self._lost:
            text = f"{self._lost} lines before this one were lost"
            lines.insert(0, line._replace(level=logging.WARNING, text=text, trace=None))
        try:
            self._where().write(lines)
        except Exception:  # whatever is wrong with a line, the master must live: there is nobody to bring it back
            self._lost += 1
        else:
            self._lost = 0

    def _where(self) -> Destination:
        if (told := generations.shared.log_choice) != self._told:
            self._told = told
            try:
                self._destination = destination_of(Choice.from_json(told), 0, patient=False)
            except (OSError, ValueError):  # the generation says so
                self._destination = Stream(readable, patient=False)
        return self._destination


class StationLogger(Logger):  # type: ignore[misc]
    """For `logger_class`: format and place are those of `[log]`, from the level on that Gunicorn is told.

    A file as `errorlog` becomes standard error of the whole station.
    """

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.loglevel = self.LOG_LEVELS.get(cfg.loglevel.lower(), logging.INFO)
        self.error_log.setLevel(self.loglevel)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        for name in METHODS:  # called without a function in between, which would stand in each line as its place
            setattr(self, name, getattr(self.error_log, name))
        if not any(isinstance(each, DirectHandler) for each in logging.root.handlers):
            logging.root.handlers[:] = [DirectHandler()]
        self._capture()
        self._access_log_enabled = bool(cfg.accesslog)
        self.access_log.handlers.clear()  # the worker opens it, see `logs.access_file`

    def reopen_files(self) -> None:
        """USR1, and each reload."""
        self._capture()

    def _capture(self) -> None:
        """What cannot be opened leaves standard error where it is: no reload may end the master."""
        if self.cfg.errorlog == "-":
            return
        try:
            with Path(self.cfg.errorlog).open("ab") as file:
                os.dup2(file.fileno(), STDERR)
        except OSError as exc:
            self.error("errorlog: %s cannot be opened: %s", self.cfg.errorlog, exc.strerror)
