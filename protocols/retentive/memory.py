"""The handshake's retentive memory: the state and the newest results of one station, under one power-up."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from ..handshake.types import Accepted, Finished
from . import records
from .file import Unusable
from .layout import Layout

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the process before this one has left."""

    retained: bytes  # the handshake's state
    opened: tuple[Accepted, ...]  # accepted without a result, in order
    results: tuple[Finished, ...]  # the newest, in ascending order of acceptance


class RetentiveMemory:
    """Implements the handshake's `Retentive`. A write is a copy of some kilobytes: it waits for nothing."""

    def __init__(self, layout: Layout, owner: str, *, shared: bool = False) -> None:
        """`owner` names the station and the power-up; what another one left is not read.

        Args:
            shared: The process before this one still writes there; nothing is written here until `take`.

        Raises:
            Unusable: It is `shared`, and another owner's.
        """
        self._layout, self._owner = layout, owner.encode()
        self._broken, self._closed = False, shared
        if layout.owner == self._owner:
            return
        if shared:
            raise Unusable("the retentive memory belongs to another station, or another power-up")
        layout.begin(self._owner)

    def read(self) -> Remembered | None:
        """What stands there; None on a first start, after a power-up, or where it cannot be read."""
        state = self._layout.state
        if state is None:
            return None
        try:
            retained, opened = orjson.loads(state)
            results = sorted(map(records.finished, self._layout.results), key=lambda f: f.accepted.number)
            return Remembered(retained.encode(), tuple(map(records.accepted, opened)), tuple(results))
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
        ) as exc:  # whole by its checksum: another release wrote it
            log.warning("the retentive memory was written by another release, the database is used: %s", exc)
            return None

    def forget(self) -> None:
        """Begin anew: it is older than the database."""
        self._layout.begin(self._owner)

    def close(self) -> None:
        """From now on the memory belongs to the next process: a timer that still rings here changes nothing."""
        self._closed = True

    def take(self) -> None:
        """From now on it is this process that writes: the other one has closed it, or could not go on."""
        self._closed = False

    def put_result(self, finished: Finished) -> None:
        """A result stands in its ring slot; before the state that knows of it."""
        if not self._closed:
            self._fits(self._layout.put_result(finished.seq, records.finished_bytes(finished)))

    def put_state(self, generation: int, retained: bytes, opened: Sequence[Accepted]) -> None:
        """The state between two turns; before any of it is published."""
        if self._closed:
            return
        content = orjson.dumps([retained.decode(), [records.accepted_json(trigger) for trigger in opened]])
        self._fits(self._layout.put_state(generation, content))

    def _fits(self, written: bool) -> None:
        """A state that is not the newest must not be found: then rather none."""
        if written and not self._broken:
            return
        if not self._broken:
            self._broken = True
            log.error("the retentive memory is too small, after a crash the database is used")
        self._layout.begin(self._owner)
