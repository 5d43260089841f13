"""The section ``[production]`` of ``station.toml``: what ``vision-inspection doctor --production`` cannot see."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

ACCEPTABLE = ("firewall", "tls", "log_rotation", "health_checks", "error_tracking", "alerts", "backup", "time")
Reason = Annotated[str, Field(min_length=10, max_length=200, description="a reason, 10 to 200 characters")]


class ProductionSettings(BaseModel):
    """``[production]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    prometheus: str = ""
    """The Prometheus that watches this station, e.g. "http://10.0.0.3:9090": the checklist asks it for alert rules"""
    accepted: dict[str, Reason] = {}
    """Points that the plant sees to elsewhere, with the reason, e.g. { firewall = "the cell's router filters" }"""

    @field_validator("prometheus")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value):
            raise ValueError(f'must be an address without a password, e.g. "http://10.0.0.3:9090"; found "{value}"')
        return value

    @field_validator("accepted")
    @classmethod
    def _of_the_checklist(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := ", ".join(name for name in value if name not in ACCEPTABLE):
            raise ValueError(f"nobody can vouch for {wrong}; for these points: {', '.join(ACCEPTABLE)}")
        return value
