"""What the engineer wants to be well before the station counts as ready."""

from .checks import Checks

__all__ = ["Checks"]
