"""OPC UA: flat tags made from the tag table, and beside them the Machine Vision model (OPC 40100-1)."""

from .scales import Scale
from .server import Access, Commands, Identity, Limits, OpcUaServer, Quality, StationSpace
from .tools import ToolFound

__all__ = ["Access", "Commands", "Identity", "Limits", "OpcUaServer", "Quality", "Scale", "StationSpace", "ToolFound"]
