"""Where this station's files in memory lie: named after its data folder, so that no two stations share one."""

import hashlib
import os
from pathlib import Path

from protocols.retentive.file import SHARED_MEMORY, in_memory

PREFIX = "vision-inspection-"


def memory_path(data_folder: Path, runtime: Path | None) -> Path:
    """Of the retentive memory: in the unit's runtime folder where that lies in memory, else in /dev/shm."""
    name = PREFIX + hashlib.sha256(os.fsencode(data_folder.resolve())).hexdigest()[:24]
    folder = runtime if runtime and in_memory(runtime) else SHARED_MEMORY
    return folder / name


def run_state_path(data_folder: Path, runtime: Path | None) -> Path:
    """Of what `run_state` writes, beside it."""
    return memory_path(data_folder, runtime).with_suffix(".run")
