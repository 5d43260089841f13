"""The types of the OPC UA servers that tests make, built once: a second of each server's start.

What a station does without a cache is tested in `tests/protocols/opcua/test_types_cache.py`.
"""

import functools
import hashlib
import subprocess
import sys
from pathlib import Path

from protocols.opcua import StationSpace
from protocols.opcua.machine_vision import TypeSpace

ROOT = Path(__file__).resolve().parent.parent


@functools.cache
def types_cache(kind: type[TypeSpace], asset: bool) -> Path:
    """The file, named after all that it depends on; `asset`: with the types of the vision asset."""
    name = hashlib.sha256(kind(asset).key()).hexdigest()[:16]
    file = ROOT / ".pytest_cache" / f"opcua-types-{name}"
    if not file.exists():
        command = [sys.executable, "-m", str(kind.package), str(file), str(int(asset))]
        subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return file


def cached_types() -> TypeSpace:
    """What `OpcUaServer.build` takes, whatever stands behind the server."""
    return TypeSpace(file=types_cache(TypeSpace, asset=False))


def give_types(data_folder: Path, asset: bool) -> None:
    """The station of this data folder finds its address space there, as after its first start."""
    place = data_folder / "opcua" / "types.cache"
    if place.parent.is_file():  # a test's obstacle
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.hardlink_to(types_cache(StationSpace, asset))
