"""What a label is said of: a step, one of its regions, or one of its instances where it repeats."""

import re
from dataclasses import dataclass
from typing import Self

_WRITTEN = re.compile(r"(?P<step>[^.\[\]]+)(\[(?P<instance>\d+)\])?(\.(?P<region>\d+))?")


@dataclass(frozen=True, slots=True)
class Place:
    """As text ``step``, ``step.region``, ``step[instance]`` or ``step[instance].region``, both counted from 1."""

    step: str
    instance: int | None = None  # None = of every one
    region: int | None = None  # None = of all of them

    @classmethod
    def of(cls, text: str) -> Self:
        """What is written otherwise names a step that no recipe has."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return cls(text)
        instance, region = (int(found[name]) if found[name] else None for name in ("instance", "region"))
        return cls(found["step"], instance, region)

    def __str__(self) -> str:
        instance = "" if self.instance is None else f"[{self.instance}]"
        return f"{self.step}{instance}" + ("" if self.region is None else f".{self.region}")

    def __contains__(self, other: "Place") -> bool:
        """Whatever is said of `other` is said of a part of this."""
        return (
            self.step == other.step and self.instance in (None, other.instance) and self.region in (None, other.region)
        )
