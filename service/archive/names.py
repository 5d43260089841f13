"""File names of images: made here from time and number, and nothing else is taken for one."""

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path

_NAME = re.compile(r"\d{4}/\d{2}/\d{2}/(\d{9,10})\.(?:jpg|png)")
_FILE = re.compile(r"(\d{9,10})(?:\.thumb)?\.(?:jpg|png)")


def image_name(at_us: int, number: int, zone: tzinfo, ending: str) -> str:
    """For example ``2026/11/25/000048213.jpg``: the day is that of the station's clock."""
    day = datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(zone)
    return f"{day:%Y/%m/%d}/{number:09}.{ending}"


def inside(root: Path, name: str) -> Path | None:
    """The path of an image, or None where `name` is not one of ours: it could name a place outside of `root`."""
    if _NAME.fullmatch(name) is None:
        return None
    return root / name


def thumbnail_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}.thumb.jpg")


def number_of(path: Path) -> int | None:
    """The InspectionId in the name of an image or thumbnail; None for any other file."""
    found = _FILE.fullmatch(path.name)
    return int(found[1]) if found else None
