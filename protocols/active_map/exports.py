"""The formats of the export, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from ..user_block import Layout
from . import csv_file, ignition
from .errors import ExportError
from .structured_text import as_text


@dataclass(frozen=True, slots=True)
class Export:
    """One format: what makes it, the name of its file and its media type."""

    make: Callable[[Layout], str]
    file: str
    media: str
    meaning: str


FORMATS: Mapping[str, Export] = {
    "csv": Export(csv_file.as_csv, "vision-inspection.csv", "text/csv", "every address, 0-based and 1-based"),
    "ignition": Export(ignition.as_json, "vision-inspection-ignition.json", "application/json", "tag import"),
    "codesys": Export(partial(as_text, "codesys"), "vision-inspection.st", "text/plain", "IEC 61131-3 (CODESYS)"),
    "scl": Export(partial(as_text, "scl"), "vision-inspection.scl", "text/plain", "Siemens S7-1200/1500"),
    "rockwell": Export(partial(as_text, "rockwell"), "vision-inspection-logix.st", "text/plain", "Rockwell Logix"),
}


def export(kind: str, layout: Layout) -> str:
    """The active map as one text.

    Raises:
        ExportError: The settings do not allow it.
    """
    return FORMATS[kind].make(layout)


__all__ = ["FORMATS", "Export", "ExportError", "export"]
