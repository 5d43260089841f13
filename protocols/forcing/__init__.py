"""Values that a person prescribes for a wiring check: laid over what readers get, the real ones go on beneath."""

from .overlay import overlay
from .points import Point, Value, outputs

__all__ = ["Point", "Value", "outputs", "overlay"]
