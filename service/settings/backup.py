"""The section ``[backup]`` of ``station.toml``: where archives of the station go, and which of them stay."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class BackupSettings(BaseModel):
    """``[backup]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    folder: Path | None = None
    """Where archives go: another disk or a share of the network; unset = `backups` in the data folder"""
    every_h: Annotated[float, Field(ge=0, le=8760)] = 0
    """The timer makes a new archive once the newest is older than this, 0 = never (h)"""
    keep: Annotated[int, Field(ge=1, le=1000)] = 7
    """Archives that are kept; the oldest go first"""
    images: Annotated[int, Field(ge=-1)] = 0
    """How many of the newest images go in beside those of pinned results, -1 = all"""
    passphrase_file: Path | None = None
    """File with the passphrase for keys, certificates, users and token; unset = they are left out"""
