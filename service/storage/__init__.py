"""How full the station is, what is kept from retention by hand, and what is taken elsewhere."""

from .errors import Busy, NoSuchResult, PinRefused
from .storage import Storage

__all__ = ["Busy", "NoSuchResult", "PinRefused", "Storage"]
