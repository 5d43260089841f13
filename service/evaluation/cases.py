"""The images to be judged, and what is known of their parts."""

import contextlib
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from service.archive.names import inside
from service.store.database import FILE, connect_reading
from service.store.queries import get, page
from service.stored import ResultFilter
from vision.cameras.image_file import SUFFIXES
from vision.result import Judgement

LABELS = "labels.csv"
GOOD, BAD = frozenset({"good", "ok", "pass"}), frozenset({"bad", "ng", "nok", "fail"})
WORDS = f"{', '.join(sorted(GOOD))} or {', '.join(sorted(BAD))}"
PAGE = 500


class CasesError(Exception):
    """There is nothing to judge, or it is not known which is what; `problems` has a line for each reason."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Case:
    """One image."""

    name: str  # of its file below the folder, or ``#`` and the number of the inspection
    path: Path
    good: bool | None = None  # what somebody said of the part; None = nobody did
    before: Judgement | None = None  # of a stored inspection: what the PLC was told


def labelled(folder: Path) -> list[Case]:
    """The images below a folder, by name. A folder called good or bad (ok, pass; ng, nok, fail) labels those in it.

    A file ``labels.csv`` with the columns file and label says it of single ones, and goes before their folder.

    Raises:
        CasesError: There is no image; or a line of labels.csv cannot be taken.
    """
    if not folder.is_dir():
        raise CasesError(f"{folder}: there is no such folder")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise CasesError(f"{folder}: there is no PNG, JPEG, BMP or TIFF image in it")
    said = _labels(folder / LABELS)
    names = {path: path.relative_to(folder).as_posix() for path in files}
    if unknown := said.keys() - set(names.values()):
        raise CasesError(*(f"{folder / LABELS}: there is no image {name}" for name in sorted(unknown)))
    return [Case(name, path, said.get(name, _by_folder(name))) for path, name in names.items()]


def stored(data: Path, wanted: ResultFilter, most: int) -> list[Case]:
    """The newest inspections of a station whose images are kept, oldest first.

    Raises:
        CasesError: There are none, or the database cannot be read.
    """
    if not (data / FILE).is_file():
        raise CasesError(f"{data / FILE}: there is no database of results; [station] data_folder names its folder")
    try:
        with contextlib.closing(connect_reading(data / FILE)) as db:
            found = [case for case, _ in zip(_kept(db, data / "images", wanted), range(most), strict=False)]
    except apsw.Error as exc:
        raise CasesError(f"{data / FILE}: cannot be read: {exc}") from exc
    if not found:
        raise CasesError(f"{data}: no inspection of this recipe has an image that is kept ([archive] keep)")
    return found[::-1]


def inspections(data: Path, numbers: Sequence[int]) -> list[Case]:
    """Inspections of a station by their numbers.

    Raises:
        CasesError: One is not there, or its image was not kept; says which.
    """
    if not numbers:
        return []
    if not (data / FILE).is_file():
        raise CasesError(f"{data / FILE}: there is no database of results; [station] data_folder names its folder")
    try:
        with contextlib.closing(connect_reading(data / FILE)) as db:
            found = {number: get(db, number) for number in numbers}
    except apsw.Error as exc:
        raise CasesError(f"{data / FILE}: cannot be read: {exc}") from exc
    cases, wrong = [], []
    for number, detail in found.items():
        path = inside(data / "images", detail.row.image) if detail and detail.row.image else None
        if detail is None or path is None or not path.is_file():
            wrong.append(f"inspection {number}: " + ("there is none" if detail is None else "its image was not kept"))
        else:
            cases.append(Case(f"#{number}", path, before=detail.row.judgement))
    if wrong:
        raise CasesError(*wrong)
    return cases


def _kept(db: apsw.Connection, images: Path, wanted: ResultFilter) -> Iterator[Case]:
    before: int | None = None
    while rows := page(db, wanted, before, PAGE):
        for row in rows:
            path = inside(images, row.image) if row.image else None
            if path is not None and path.is_file():
                yield Case(f"#{row.number}", path, before=row.judgement)
        before = rows[-1].number


def _by_folder(name: str) -> bool | None:
    """The innermost folder that says it."""
    for part in reversed(Path(name).parts[:-1]):
        if part.lower() in GOOD | BAD:
            return part.lower() in GOOD
    return None


def _labels(path: Path) -> dict[str, bool]:
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise CasesError(f"{path}: cannot be read: {exc}") from exc
    wrong = [
        f"{path}: line {number}: {row.get('label')!r} is no label, it is {WORDS}; the columns are file and label"
        for number, row in enumerate(rows, 2)
        if not row.get("file") or (row.get("label") or "").lower() not in GOOD | BAD
    ]
    if wrong:
        raise CasesError(*wrong)
    return {str(row["file"]): str(row["label"]).lower() in GOOD for row in rows}
