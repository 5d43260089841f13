"""Memory that a killed process leaves whole: what it holds of the PLC's contract, and what a restart makes of it."""

from .file import SHARED_MEMORY, Unusable, in_memory, open_file
from .layout import Layout, Shape
from .memory import Remembered, RetentiveMemory
from .reconcile import Reconciled, handed_over, reconcile

__all__ = [
    "SHARED_MEMORY",
    "Layout",
    "Reconciled",
    "Remembered",
    "RetentiveMemory",
    "Shape",
    "Unusable",
    "handed_over",
    "in_memory",
    "open_file",
    "reconcile",
]
