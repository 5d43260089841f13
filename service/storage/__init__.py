"""How full the station is, what is kept from retention by hand, and what is taken elsewhere."""

from .errors import Busy, NoSuchResult, PinRefused, ReviewRefused
from .storage import Storage

__all__ = ["Busy", "NoSuchResult", "PinRefused", "ReviewRefused", "Storage"]
