"""The station as a Modbus TCP server: framing, function codes, connections and write control are our own."""

from .clients import ClientCounters
from .server import ModbusServer
from .trace import Excerpt, Exchange, Trace, Wanted

__all__ = ["ClientCounters", "Excerpt", "Exchange", "ModbusServer", "Trace", "Wanted"]
