"""What a PLC program does to the station, told as a timeline, and what is wrong with it, told as sentences."""

from .case import Case
from .examine import Finding, examine
from .record import Part, PartRecorder

__all__ = ["Case", "Finding", "Part", "PartRecorder", "examine"]
