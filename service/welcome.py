"""Where everything is, said once at the start; lines fit 80 columns."""

from ipaddress import ip_address

from protocols.settings import ModbusSettings

from .addresses import binds, is_loopback, split
from .settings import Settings, config_path

COUNT = 20


def welcome(settings: Settings) -> str:
    """What is where, and what to try next."""
    at = binds(settings)
    lines = [f"Vision Inspection, {settings.station.name}", f"  settings   {config_path() or 'embedded defaults'}"]
    lines.append(f"  console    {'https' if settings.gunicorn.certfile else 'http'}://{at['http']}/")
    if "modbus" in at:
        lines.append(f"  Modbus TCP {at['modbus']}")
    if "opcua" in at:
        lines.append(f"  OPC UA     opc.tcp://{at['opcua']}/")
    if "ascii" in at:
        lines.append(f"  text lines {at['ascii']}")
    lines.append(f"  data       {settings.station.data_folder.resolve()}")
    if all(is_loopback(address.rsplit(":", 1)[0]) for address in at.values()):
        lines.append("  Only this machine can connect; for others: --bind 0.0.0.0 ([station] bind)")
    else:
        code = settings.station.data_folder.resolve() / "setup.code"
        lines += [
            "  Other machines can connect. The first administrator is made with the code in",
            f"             {code}",
        ]
    lines.append("  Try        open the console and press Trigger")
    if "modbus" in at:
        lines += [
            "             or, in another terminal:",
            f"  .venv/bin/vision-inspection demo-plc{_options(*split(at['modbus']))}",
        ]
    return "\n".join(lines)


def _options(host: str, port: int) -> str:
    """The options with which ``demo-plc`` finds the Modbus server, where they are not its defaults."""
    options = f" --count {COUNT}"
    if not is_loopback(host) and not _everywhere(host):
        options += f" --host {host}"
    return options + ("" if port == ModbusSettings().port else f" --port {port}")


def _everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False
