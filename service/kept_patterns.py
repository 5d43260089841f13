"""Regular expressions, worked out once for a release instead of at each start.

Some 250 of libraries and routes take a tenth of a start. What `re` makes of a pattern before it builds the matcher is
kept by pattern and flags, as `generated_code` keeps what `dataclasses` makes; what is not known is made as ever.
"""

import re
from collections.abc import Callable
from typing import Any

Known = dict[
    tuple[str | bytes, int], tuple[Any, ...]
]  # what `_sre.compile` takes; no object of ours, so marshal will do

_compiler: Any = vars(re)["_compiler"]
_ENGINE = "_sre"


class _Recorder:
    """The engine of `re`, and a note of what it was asked to build."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.asked: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def compile(self, *asked: Any) -> Any:
        self.asked = asked
        return self.engine.compile(*asked)


def use(known: Known) -> None:
    """From now on, for every pattern that is compiled."""
    _replace(lambda make: _look_up(known, make))


def record() -> Known:
    """What is compiled from now on."""
    found: Known = {}
    engine = _Recorder(vars(_compiler)[_ENGINE])
    vars(_compiler)[_ENGINE] = engine
    _replace(lambda make: _note(found, engine, make))
    return found


def _replace(by: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    vars(_compiler)["compile"] = by(vars(_compiler)["compile"])


def _look_up(known: Known, make: Callable[..., Any]) -> Callable[..., Any]:
    build = vars(_compiler)[_ENGINE].compile

    def compile(pattern: Any, flags: int = 0) -> Any:  # noqa: A001 - its name in `re`
        asked = known.get((pattern, int(flags))) if isinstance(pattern, str | bytes) else None
        return build(*asked) if asked else make(pattern, flags)

    return compile


def _note(found: Known, engine: _Recorder, make: Callable[..., Any]) -> Callable[..., Any]:
    def compile(pattern: Any, flags: int = 0) -> Any:  # noqa: A001
        made = make(pattern, flags)
        if isinstance(pattern, str | bytes) and not flags & re.DEBUG:
            text, all_flags, code, groups, names, by_index = engine.asked
            found[pattern, int(flags)] = (text, int(all_flags), list(map(int, code)), groups, dict(names), by_index)
        return made

    return compile
