"""Drafts are tried on an image while they are edited: in one process of its own, behind the line.

`Door` is the station's side of it, `process` the other one.
"""

from .door import Door, NotTried, Superseded

__all__ = ["Door", "NotTried", "Superseded"]
