"""Dataclasses of OPC UA's messages, finished when somebody first uses one.

asyncua declares 400 of them, of which a station needs few; finishing all takes a tenth of a start. Until a class is
used (made, compared, shown, asked for its fields, or inherited from by one that is finished) it has stand-ins for what
`dataclasses` would give it. Its objects have a `__dict__` in place of slots: with slots it would become another class,
and by then too many hold on to this one.
"""

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

MODULES = ("asyncua.ua.uaprotocol_auto",)
OPTIONS = {"slots": True}  # as they are all declared; what is declared otherwise is finished at once
_FIELDS = "__dataclass_fields__"
_finishing = threading.RLock()  # any thread may be the first; one class finishes those that it inherits from


def use() -> None:
    """From now on, for the classes of `MODULES`; before they are imported."""
    at_once = dataclasses.dataclass

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        def decorate(declared: type) -> type:
            if declared.__module__ in MODULES and options == OPTIONS:
                _Unfinished(declared, at_once)
                return declared
            made: type = at_once(**options)(declared)
            return made

        return decorate if cls is None else decorate(cls)

    vars(dataclasses)["dataclass"] = dataclass


class _Unfinished:
    """Stands where the fields of a class will be; whoever looks for them finishes it."""

    def __init__(self, cls: type, finish: Callable[[type], object]) -> None:
        self._cls, self._finish = cls, finish
        stand_ins = {_FIELDS: self, "__hash__": None, **self._methods()}
        self._lent = [name for name in stand_ins if name not in vars(cls)]
        for name in self._lent:
            setattr(cls, name, stand_ins[name])

    def __get__(self, _: object, owner: type) -> Any:
        self.finish()
        return vars(self._cls)[_FIELDS]

    def finish(self) -> None:
        with _finishing:
            if vars(self._cls).get(_FIELDS) is self:
                for name in self._lent:
                    delattr(self._cls, name)
                self._finish(self._cls)

    def _methods(self) -> dict[str, Callable[..., Any]]:
        def later(name: str) -> Callable[..., Any]:
            def method(obj: Any, *arguments: Any, **named: Any) -> Any:
                self.finish()
                return getattr(self._cls, name)(obj, *arguments, **named)

            return method

        return {name: later(name) for name in ("__init__", "__eq__", "__repr__")}
