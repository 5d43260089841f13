"""The images that people have called good or bad for one recipe, kept beside the station's data to learn from again."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from vision.errors import TeachError
from vision.taught import write_synced

from .teaching_place import Place
from .timing import now_us

FOLDER = "teaching"  # below the data folder
FILE = "set.json"
MOST = 2000  # images of one recipe
PART = ""
"""In place of a step's name: what is said of the part as a whole."""
GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class KeptImage:
    """One image."""

    file: str  # its hash, and the ending that it had
    labels: Mapping[str, str]  # by `Place` as text, or `PART`: good, bad, or the name of a kind
    origin: str  # where it came from, in words
    by: str
    at_us: int  # UTC, of the last label

    def of(self, step: str) -> str | None:
        """What it says of a step; None = nothing. A part that is bad as a whole says it of no step."""
        whole = self.labels.get(PART)
        return self.labels.get(step, whole if whole != BAD else None)

    def places(self, step: str) -> dict[Place, str]:
        """What was said of the step by its name, and of single instances and regions of it."""
        every = {Place.of(key): label for key, label in self.labels.items() if key != PART}
        return {place: label for place, label in every.items() if place.step == step}

    @property
    def bad(self) -> bool:
        """For any reason."""
        return BAD in self.labels.values()


@dataclass(frozen=True, slots=True)
class TeachingSet:
    """Of one recipe; `learned`: SHA-256 of taught data that came of these images alone, by its name in the recipe."""

    folder: Path
    images: tuple[KeptImage, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict)

    def path(self, image: KeptImage) -> Path:
        return self.folder / image.file

    def find(self, file: str) -> KeptImage:
        """
        Raises:
            TeachError: There is none of this name.
        """
        for one in self.images:
            if one.file == file:
                return one
        raise TeachError(f"the teaching set has no image {file!r}")


def set_folder(data: Path, job: int) -> Path:
    """Where a recipe's set lies."""
    return data / FOLDER / f"job-{job}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Others that change this set wait."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def load_set(folder: Path) -> TeachingSet:
    """An empty one where there is none.

    Raises:
        TeachError: Its file is damaged.
    """
    try:
        values = json.loads((folder / FILE).read_bytes())
        return TeachingSet(folder, tuple(KeptImage(**one) for one in values["images"]), values["learned"])
    except FileNotFoundError:
        return TeachingSet(folder)
    except (ValueError, TypeError, KeyError) as exc:
        raise TeachError(f"{folder / FILE}: is damaged: {exc}; remove it to begin a new set") from exc


def save_set(kept: TeachingSet) -> None:
    """On the disk when this returns; images that it does not name are removed."""
    values = {"images": [asdict(one) for one in kept.images], "learned": dict(kept.learned)}
    write_synced(kept.folder / FILE, json.dumps(values, indent=1, ensure_ascii=False).encode())
    named = {FILE, *(one.file for one in kept.images)}
    for path in kept.folder.iterdir():
        if path.name not in named:
            path.unlink(missing_ok=True)


def keep(
    kept: TeachingSet, image: Path, label: str, places: Sequence[Place], origin: str, by: str
) -> tuple[TeachingSet, KeptImage]:
    """The set with this image, bit for bit; one that is there already gets its new labels.

    Raises:
        TeachError: There are too many.
    """
    data = image.read_bytes()
    file = f"{hashlib.sha256(data).hexdigest()[:16]}{image.suffix.lower()}"
    before = next((one for one in kept.images if one.file == file), None)
    if before is None and len(kept.images) >= MOST:
        raise TeachError(f"the teaching set has {MOST} images already: remove some")
    new = KeptImage(file, _labels(before.labels if before else {}, label, places), origin, by, now_us())
    write_synced(kept.folder / file, data)
    others = tuple(one for one in kept.images if one.file != file)
    return replace(kept, images=(*others, new)), new


def forget(kept: TeachingSet, file: str) -> TeachingSet:
    """The set without it.

    Raises:
        TeachError: It is not there.
    """
    gone = kept.find(file)
    return replace(kept, images=tuple(one for one in kept.images if one is not gone))


def _labels(before: Mapping[str, str], label: str, places: Sequence[Place]) -> dict[str, str]:
    """A part that is good is so everywhere; what is said of one place leaves the others as they are."""
    if places:
        rest = {k: v for k, v in before.items() if k == PART or not any(Place.of(k) in place for place in places)}
        return {**rest, **{str(place): label for place in places}}
    return {PART: GOOD} if label == GOOD else {**before, PART: label}
