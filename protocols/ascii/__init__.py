"""Plain lines of text over TCP, for robots, printers and PLCs that speak nothing else."""

from ..settings import AsciiSettings
from .commands import Fault
from .server import AsciiServer
from .station import AsciiStation, Asked, Counts, Latched, Status
from .template import Result, Template, TemplateError

__all__ = [
    "AsciiServer",
    "AsciiSettings",
    "AsciiStation",
    "Asked",
    "Counts",
    "Fault",
    "Latched",
    "Result",
    "Status",
    "Template",
    "TemplateError",
]
