"""``python -m protocols.opcua FILE 0|1``: write the cache of a station's address space; 1 = with the asset's types."""

import asyncio
import logging
import os
import sys
from pathlib import Path

from .machine_vision.typespace import build
from .standing import StationSpace

os.nice(19)
logging.getLogger("asyncua").setLevel(logging.ERROR)
asyncio.run(build(StationSpace(asset=sys.argv[2] == "1"), Path(sys.argv[1])))
