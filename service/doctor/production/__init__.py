"""The production checklist, point by point: ``vision-inspection doctor --production``."""

from .checklist import POINTS, Entry, Point, State, go_through

__all__ = ["POINTS", "Entry", "Point", "State", "go_through"]
