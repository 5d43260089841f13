"""``python -m protocols.opcua.machine_vision FILE 0|1``: write the cache of the types; 1 = with those of the asset."""

import asyncio
import logging
import os
import sys
from pathlib import Path

from .typespace import build

os.nice(19)
logging.getLogger("asyncua").setLevel(logging.ERROR)
asyncio.run(build(Path(sys.argv[1]), sys.argv[2] == "1"))
