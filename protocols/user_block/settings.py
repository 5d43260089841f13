"""The section ``[user_block]`` of ``station.toml``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .. import tags
from ..codec import WordOrder
from .places import FIRST_OUTPUT, LAST_OUTPUT, Kind

NAME_PATTERN = r"^[A-Za-z](_?[A-Za-z0-9])*$"
MemberName = Annotated[
    str,
    Field(
        pattern=NAME_PATTERN,
        max_length=32,
        description="a name of IEC 61131-3: up to 32 letters, digits and single underscores, a letter first",
    ),
]
Job = Annotated[str, Field(pattern=r"^[1-9]\d{0,4}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: MemberName
    """As PLC programs and the exports call it"""
    source: str = ""
    """Where it comes from in every job: "step.measure", "step" (its main value), "step[2].measure", "@seq" """
    by_job: dict[Job, str] = {}
    """Another source in single jobs, by job number"""

    def of_job(self, job: int) -> str:
        """The source in `job`; empty = none."""
        return self.by_job.get(str(job), self.source)


class UserValue(_Entry):
    """``[[user_block.values]]``: one value at a fixed address."""

    address: Annotated[int, Field(ge=tags.USER_BASE, lt=tags.USER_BASE + tags.USER_WORDS)]
    """First input register, 0-based; also read at holding register 1000 higher"""
    type: Kind
    """What it travels as"""
    length: Annotated[int, Field(ge=1, le=128)] | None = None
    """Most bytes of a string; one more register in front says how many there are"""
    bits: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    """Sources of bits 0 to 15 of type "bits"; "" leaves one out"""
    scale: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    """The register holds value × scale + offset"""
    offset: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    """See scale"""
    word_order: WordOrder | None = None
    """Of this value alone; unset = as modbus.word_order"""
    not_measured: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """What the register holds where nothing was measured; unset: see docs/modbus.md"""


class UserOutput(_Entry):
    """``[[user_block.outputs]]``: one bit as a discrete input."""

    input: Annotated[int, Field(ge=FIRST_OUTPUT, le=LAST_OUTPUT)]
    """Discrete input, 0-based"""


class UserBlockSettings(BaseModel):
    """``[user_block]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    values: tuple[UserValue, ...] = ()
    """Values at input registers 400 to 655"""
    outputs: tuple[UserOutput, ...] = ()
    """Bits at discrete inputs 96 to 127"""
