"""The station as a Modbus TCP server: framing, function codes, connections and write control are our own."""

from .clients import ClientCounters
from .server import ModbusServer
from .stand import Stand
from .trace import Excerpt, Exchange, Recorded, Recording, Trace, Wanted

__all__ = ["ClientCounters", "Excerpt", "Exchange", "ModbusServer", "Recorded", "Recording", "Stand", "Trace", "Wanted"]
