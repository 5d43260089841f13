"""The station as a Modbus TCP server: framing, function codes, connections and write control are our own."""

from .clients import ClientCounters
from .server import ModbusServer

__all__ = ["ClientCounters", "ModbusServer"]
