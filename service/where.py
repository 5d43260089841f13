"""Where the servers of these settings can be reached, for ``deploy/install.sh``: ``python -m service.where``."""

import sys

from .addresses import addresses_of, binds, is_loopback, split
from .settings import Settings, SettingsError, load

NAMES = {"http": "console", "modbus": "Modbus TCP", "opcua": "OPC UA", "ascii": "text lines"}
SCHEMES = {"http": "http://{}/", "opcua": "opc.tcp://{}/"}


def where(settings: Settings) -> list[str]:
    """A line for each address, those of other machines first; then the ports that others connect to."""
    lines, ports = [], []
    for server, endpoint in binds(settings).items():
        host, port = split(endpoint)
        addresses = sorted(addresses_of(host), key=lambda address: (is_loopback(address), address))
        shown = [f"[{each}]:{port}" if ":" in each else f"{each}:{port}" for each in addresses]
        lines.append(f"  {NAMES[server]:10} {', '.join(SCHEMES.get(server, '{}').format(each) for each in shown)}")
        if not is_loopback(host):
            ports.append(str(port))
    if ports:
        return [*lines, "  reachable from other machines", f"  ports      {' '.join(ports)}"]
    return [*lines, '  only this machine can connect; for others: bind = "0.0.0.0" under [station]']


if __name__ == "__main__":
    try:
        sys.stdout.write("\n".join(where(load())) + "\n")
    except SettingsError as exc:
        sys.exit(str(exc))
