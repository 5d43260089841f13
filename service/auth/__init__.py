"""Who may use the web side: everybody on loopback, elsewhere whoever knows the station's token."""

from .gate import GATE, Gate
from .token import load_token, station_id

__all__ = ["GATE", "Gate", "load_token", "station_id"]
