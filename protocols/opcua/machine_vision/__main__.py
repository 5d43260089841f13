"""``python -m protocols.opcua.machine_vision FILE 0|1``: write the cache of the types; 1 = with those of the asset."""

import asyncio
import logging
import os
import sys
from pathlib import Path

from .typespace import TypeSpace, build

os.nice(19)
logging.getLogger("asyncua").setLevel(logging.ERROR)
asyncio.run(build(TypeSpace(asset=sys.argv[2] == "1"), Path(sys.argv[1])))
