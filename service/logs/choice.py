"""Which format and which place: what a generation takes from its settings, and tells its master."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .destinations import STDERR, Destination, File, Journal, Stream
from .formats import as_json, journal, prioritised, readable

if TYPE_CHECKING:
    from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """Of `[log]`."""

    format: str = "auto"  # as journal fields where the journal listens, else readable; or "readable", "json"
    file: str = ""  # "" = standard error
    journal_stream: str = ""  # as systemd gives it to what it starts: device and inode of the stream to its journal
    station: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Choice":
        """Of another release too: what is not understood is the default."""
        given = json.loads(text or "{}")
        return cls(**{name: str(value) for name, value in given.items() if name in cls.__slots__})


def choice_of(settings: "Settings") -> Choice:
    """Of this process."""
    from service.settings import journal_stream  # which the master must not import

    return Choice(settings.log.format, str(settings.log.file or ""), journal_stream(), settings.station.name)


def destination_of(choice: Choice, generation: int, *, patient: bool) -> Destination:
    """Where lines go.

    Args:
        generation: 0 = Gunicorn's master.
        patient: The calling thread may wait for a reader.

    Raises:
        OSError: The file cannot be written.
    """
    constants: Mapping[str, Any] = {"station": choice.station} | ({"generation": generation} if generation else {})
    style = as_json(constants) if choice.format == "json" else readable
    if choice.file:
        return File(Path(choice.file), style)
    if choice.format == "auto" and is_journal(choice.journal_stream):
        try:
            return Journal(journal(constants), patient=patient)
        except OSError:  # out of reach, as in a container of its own
            return Stream(prioritised, patient=patient)
    return Stream(style, patient=patient)


def is_journal(stream: str) -> bool:
    """Standard error is this stream."""
    try:
        mine = os.fstat(STDERR)
    except OSError:
        return False
    return stream == f"{mine.st_dev}:{mine.st_ino}"
