"""The text interface's section of ``station.toml``."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..settings import Port
from .template import Template


class AsciiSettings(BaseModel):
    """``[ascii]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = False
    """Serve the text interface, for robots, printers and PLCs without Modbus"""
    port: Port = 5025
    """TCP port"""
    template: str = "{seq};{judgement};{reject_class};{part_id}"
    """The line of a result; docs/ascii.md lists the fields"""
    line_end: Literal["crlf", "cr", "lf"] = "crlf"
    """End of each line that is sent; any of them is understood"""
    push: bool = False
    """Send every result to every connection, asked for or not"""
    max_connections: Annotated[int, Field(ge=1, le=100)] = 8
    """Connections in all; one more is reset at once"""

    @field_validator("template")
    @classmethod
    def _fields(cls, value: str) -> str:
        Template(value)
        return value
