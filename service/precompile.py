"""``python -m service.precompile``: what every start would else work out anew, made with the environment of a release.

Bytecode of our modules (packages have theirs from who installs them), the code of the dataclasses, and the OPC UA
address space of a station with ordinary settings. It lies in `__pycache__`, belongs to who installs, and no start fails
without it.
"""

import asyncio
import compileall
import logging
import sys
from importlib import import_module
from pathlib import Path

from . import generated_code

OF_A_START = ("gunicorn.app.wsgiapp", "service.worker", "service.http_runner", "service.app", "service.starting")
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """1 = our modules do not compile."""
    compiled = [compileall.compile_dir(ROOT / name, quiet=1) for name in ("service", "protocols", "vision", "config")]
    logging.getLogger("asyncua").setLevel(logging.ERROR)  # it complains of nodesets that are as they have to be
    found = generated_code.record()
    for name in OF_A_START:
        import_module(name)
    _make_types()
    generated_code.write(found)
    return 0 if all(compiled) else 1


def _make_types() -> None:
    """And with them the classes that asyncua makes of nodesets."""
    from protocols.opcua import StationSpace
    from protocols.opcua.machine_vision.typespace import build
    from protocols.settings import OpcUaSettings
    from vision.recipe.any_tool import tool_class
    from vision.tools import TOOLS

    from .api import routes
    from .opcua_setup import INSTALLED

    routes()
    for kind in TOOLS:  # which a start has of its recipes
        tool_class(kind)
    asyncio.run(build(StationSpace(OpcUaSettings().asset), INSTALLED, mode=0o644))


if __name__ == "__main__":
    sys.exit(main())
