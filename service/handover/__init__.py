"""How one generation hands over to the next: the camera, the memory, and the connections of PLCs.

They talk over a Unix socket, so that the two may be different releases: whoever does not understand the other lets it
close down and starts on what it has left.
"""

from .giving import Giver
from .taking import Handed, HandoverFailed, Predecessor

__all__ = ["Giver", "Handed", "HandoverFailed", "Predecessor"]
