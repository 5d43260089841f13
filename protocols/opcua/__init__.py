"""OPC UA: flat tags made from the tag table, with room for the companion model."""

from .scales import Scale
from .server import Access, Commands, Identity, Limits, OpcUaServer, Quality

__all__ = ["Access", "Commands", "Identity", "Limits", "OpcUaServer", "Quality", "Scale"]
