"""``vision-inspection demo-plc``: acts as a PLC that triggers parts over Modbus TCP and checks what comes back."""

from .run import add_arguments, run

__all__ = ["add_arguments", "run"]
