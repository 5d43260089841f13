"""The tags ``Tool.<name>.*``: what a step of that name found, wherever its slot is.

They are made for the steps of recipes in production, added while the server runs, and never taken away until it ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from protocols import tags
from protocols.tag import STATUS, Tag, Wire

from .nodes import FLAT, INDEX, folder, variable

MOST = 500  # names: a folder of more than that helps nobody
GROUP = "Tool"


@dataclass(frozen=True, slots=True)
class ToolFound:
    """What a step found; of one that repeats, its worst instance."""

    value: float  # NaN = not measured
    passed: bool
    status: int


@dataclass(frozen=True, slots=True)
class ToolTags:
    """The three tags of one name."""

    value: Tag[float]
    passed: Tag[bool]
    status: Tag[int]

    @staticmethod
    def of(name: str) -> "ToolTags":
        base = f"{GROUP}.{name}"
        words = f"of the step {name}, while the active recipe has one"
        return ToolTags(
            Tag(f"{base}Value", None, Wire.F64, STATUS, node=f"{base}.Value", help=f"Main value {words}"),
            Tag(f"{base}Pass", None, Wire.BOOL, STATUS, node=f"{base}.Pass", help=f"Passed, {words}"),
            Tag(f"{base}Status", None, Wire.U16, STATUS, node=f"{base}.Status", help=f"As ToolStatus, {words}"),
        )

    @property
    def all(self) -> tuple[Tag[float], Tag[bool], Tag[int]]:
        return self.value, self.passed, self.status

    def rows(self, found: ToolFound) -> Iterator[tuple[Tag[float] | Tag[bool] | Tag[int], float | bool | int]]:
        return zip(self.all, (found.value, found.passed, found.status), strict=True)


class Tools:
    """All names so far."""

    def __init__(self) -> None:
        self._by_name: dict[str, ToolTags] = {}

    @property
    def by_name(self) -> Mapping[str, ToolTags]:
        return self._by_name

    @staticmethod
    def root() -> ua.AddNodesItem:
        return folder(FLAT, ua.NodeId(GROUP, INDEX), GROUP)

    def add(self, name: str) -> list[ua.AddNodesItem]:
        """The nodes of a new name; none where it is known, or there are too many."""
        if name in self._by_name or len(self._by_name) >= MOST:
            return []
        made = self._by_name[name] = ToolTags.of(name)
        own = ua.NodeId(f"{GROUP}.{name}", INDEX)
        own_tags: tuple[Tag[Any], ...] = made.all
        likes: tuple[Tag[Any], ...] = (tags.SLOT_VALUE[0], tags.SLOT_PASS[0], tags.SLOT_STATUS[0])
        items = [folder(ua.NodeId(GROUP, INDEX), own, name)]
        for tag, like in zip(own_tags, likes, strict=True):
            items += variable(tag, own, tag.wire.python(), like=like)
        return items
