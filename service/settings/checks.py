"""The section ``[checks]`` of ``station.toml``: what else must be well for the station to be ready."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MOST = 16

CheckName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_-]{0,31}$",
        description="a name of up to 32 small letters, digits, - and _, a letter first",
    ),
]


class Check(BaseModel):
    """``[[checks.run]]``: one command, or one URL."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: CheckName
    """As /readyz names it, behind "check." """
    command: tuple[str, ...] = ()
    """Program and arguments, without a shell; well = exit code 0 in time, else its first line is the reason"""
    url: str = ""
    """Or this is fetched; well = a status of 200 to 299 in time"""
    limit_s: Annotated[float, Field(ge=0.1, le=60)] = 5.0
    """What takes longer is not well (s)"""

    @field_validator("url")
    @classmethod
    def _fetched(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            well = (
                parts.scheme in ("http", "https")
                and bool(parts.hostname)
                and parts.port != 0
                and parts.username is None
            )
        except ValueError:
            well = False
        if value and not (well and value.isascii() and value.isprintable() and " " not in value):
            raise ValueError(
                f'must be a URL without name and password, for example "http://10.0.0.7:8080/health"; found "{value}"'
            )
        return value

    @field_validator("command")
    @classmethod
    def _run(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value and not value[0]:
            raise ValueError('must begin with a program, for example ["/usr/bin/test", "-e", "/run/printer"]')
        if any("\0" in part for part in value):
            raise ValueError("must have no zero bytes")
        return value

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.command) == bool(self.url):
            found = "both" if self.url else "neither"
            raise ValueError(f'check "{self.name}" must have either a command or a url; found {found}')
        return self


class ChecksSettings(BaseModel):
    """``[checks]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    every_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Pause between two runs of a check; /readyz answers with the last one (s)"""
    run: Annotated[tuple[Check, ...], Field(max_length=MOST)] = ()
    """What must be well for /readyz, up to 16 commands and URLs"""

    @field_validator("run")
    @classmethod
    def _named_once(cls, value: tuple[Check, ...]) -> tuple[Check, ...]:
        names = [check.name for check in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"each name once; found {', '.join(twice)} twice")
        return value
