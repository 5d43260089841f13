"""How urgent a message must be to be written: for all, and for single loggers; it can be changed while running."""

import difflib
import logging
from collections.abc import Mapping

from service.settings import LogSettings

from .handler import ACCESS

LIBRARIES: Mapping[str, str] = {  # these speak from here on, or from where all do if that is higher
    "asyncio": "info",
    "asyncua": "warning",
    "aiohttp.access": "warning",
    "socketio": "warning",
    "engineio": "warning",
    "pymodbus": "warning",
    "asyncua.server.address_space": "error",
    "asyncua.server.history": "error",
    "asyncua.common.xmlimporter": "error",
    "asyncua.server.uaprocessor": "critical",  # they log each refused request, each malformed message
    "asyncua.uaprotocol": "critical",
}
ALL = ""  # the name that means every logger without a level of its own


class NoSuchLogger(Exception):
    """Nothing logs under this name; the text says what may be meant."""


class Levels:
    """What the settings say, and what was changed since."""

    def __init__(self, settings: LogSettings) -> None:
        least = _number(settings.level)
        self._settings: dict[str, str] = {ALL: settings.level}
        self._settings |= {name: level for name, level in LIBRARIES.items() if _number(level) > least}
        self._settings |= {ACCESS: "info" if settings.access else "warning", **settings.levels}
        self.changed: dict[str, str] = {}

    def apply(self) -> None:
        """Bring every logger to its level."""
        for name, level in self.in_force.items():
            logging.getLogger(name or None).setLevel(_number(level))

    @property
    def in_force(self) -> dict[str, str]:
        """By logger; "" = all others."""
        return self._settings | self.changed

    def set(self, name: str, level: str | None) -> str:
        """From now on, until the next start or reload; None = as the settings say. The level before.

        Raises:
            NoSuchLogger: Nothing logs under this name.
        """
        if name and name not in logging.root.manager.loggerDict:
            raise NoSuchLogger(self._meant(name))
        before = self.in_force.get(name, "as all")
        if level is None:
            self.changed.pop(name, None)
            logging.getLogger(name or None).setLevel(_number(self._settings.get(name, "notset")))
        else:
            self.changed[name] = level
            logging.getLogger(name).setLevel(_number(level))
        return before

    def _meant(self, name: str) -> str:
        known = logging.root.manager.loggerDict
        close = difflib.get_close_matches(name, list(known), 1, 0.6)
        return f"nothing logs as {name!r}; " + (
            f"did you mean {close[0]!r}?" if close else "for example 'service', 'protocols', 'vision.pipeline.run'"
        )


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
