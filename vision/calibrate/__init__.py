"""Calibrate: lens and plane from boards, a machine's coordinates from pairs of points, a measure from a gauge."""

from .board import Board, Charuco, Chessboard, Sighting
from .gauge import Gauge, fit_gauge
from .lens import KnownLens, learn_lens
from .machine import fit_machine, with_pairs
from .plane import FoundPlane, find_plane
from .stored import plane_to_keep, save_plane

__all__ = [
    "Board",
    "Charuco",
    "Chessboard",
    "FoundPlane",
    "Gauge",
    "KnownLens",
    "Sighting",
    "find_plane",
    "fit_gauge",
    "fit_machine",
    "learn_lens",
    "plane_to_keep",
    "save_plane",
    "with_pairs",
]
