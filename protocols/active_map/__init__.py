"""The whole active map, standard tags and user-defined block, and its exports for SCADA systems and PLCs."""

from .entries import Entry, active_map
from .exports import FORMATS, Export, ExportError, export

__all__ = ["FORMATS", "Entry", "Export", "ExportError", "active_map", "export"]
