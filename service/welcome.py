"""Where everything is, said once at the start."""

from .addresses import binds, is_loopback
from .settings import Settings, config_path


def welcome(settings: Settings) -> str:
    """What is where, and what to try next."""
    at = binds(settings)
    lines = [f"Vision Inspection, {settings.station.name}", f"  settings   {config_path() or 'embedded defaults'}"]
    lines.append(f"  console    http://{at['http']}/")
    if "modbus" in at:
        lines.append(f"  Modbus TCP {at['modbus']}")
    if "opcua" in at:
        lines.append(f"  OPC UA     opc.tcp://{at['opcua']}/")
    if "ascii" in at:
        lines.append(f"  text lines {at['ascii']}")
    lines.append(f"  data       {settings.station.data_folder.resolve()}")
    if all(is_loopback(address.rsplit(":", 1)[0]) for address in at.values()):
        lines.append("  Only this machine can connect. For others: --bind 0.0.0.0, or bind under [station].")
    else:
        token = settings.station.data_folder.resolve() / "token"
        lines.append(f"  Other machines can connect; they are asked for the token in {token}")
    lines.append("  Try: open the console and press Trigger, or:  .venv/bin/vision-inspection demo-plc --count 20")
    return "\n".join(lines)
