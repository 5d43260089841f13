"""What clients call recipes: a text that is no job number stands for one that is chosen here, and kept."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from vision.recipe import DRAFT, FILE, kept_versions, label, recipe_folders, version_file

from .remembered import Remembered

KEY = "recipe_ids"  # of what is remembered
MOST = 1000
HIGHEST_JOB = 0xFFFF

Note = Callable[[str, str, str], object]


class TooManyIds(Exception):
    """There are as many as a station keeps."""


class NoJobNumber(Exception):
    """Every one is used."""


class RecipeIds:
    """At most one id for each job; it outlives the recipe's removal, so that its next content comes to the same job."""

    def __init__(self, kept: Remembered, note: Note) -> None:
        """`note` writes into the journal: kind, words, who."""
        self._kept, self._note = kept, note
        self.read()

    def read(self) -> None:
        """What is remembered."""
        self._jobs: dict[str, int] = dict(self._kept.get(KEY, {}))
        self._ids = {job: own for own, job in self._jobs.items()}

    def job(self, own: str) -> int | None:
        """The job number that this id stands for; None = no client has added a recipe of this id."""
        return self._jobs.get(own)

    def of(self, job: int) -> str:
        """The id of a recipe; "" = no client gave it one."""
        return self._ids.get(job, "")

    def choose(self, own: str, used: Collection[int], who: str) -> int:
        """The job number of this id from now on: above all that are used, or the lowest free one.

        Raises:
            TooManyIds: It would be one more than `MOST`.
            NoJobNumber: None is free.
        """
        if (known := self._jobs.get(own)) is not None:
            return known
        if len(self._jobs) >= MOST:
            raise TooManyIds(f"{own!r} would be recipe id {MOST + 1}: at most {MOST} are kept")
        job = _free({*used, *self._ids})
        self._jobs[own], self._ids[job] = job, own
        self._note("recipe", f"the recipe {own!r} gets job {job}", who)
        self._keep()
        return job

    def forget(self, job: int, who: str) -> None:
        """Nothing where no client gave this job an id."""
        if own := self._ids.pop(job, ""):
            del self._jobs[own]
            self._note("recipe", f"the recipe {own!r} is not job {job} any more", who)
            self._keep()

    def _keep(self) -> None:
        self._kept.set(KEY, dict(self._jobs))


def _free(used: Collection[int]) -> int:
    numbers = {job for job in used if 0 < job <= HIGHEST_JOB}
    above = max(numbers, default=0) + 1
    if above <= HIGHEST_JOB:
        return above
    for job in range(1, HIGHEST_JOB):
        if job not in numbers:
            return job
    raise NoJobNumber(f"all job numbers up to {HIGHEST_JOB} are used")


def job_numbers(root: Path) -> set[int]:
    """Of all recipes in the folder, in production, withdrawn or drafts; it blocks."""
    found = (label(folder, file) for folder in recipe_folders(root) for file in _files(folder))
    return {said.job for said in found if said is not None}


def _files(folder: Path) -> Iterator[str]:
    """Which of them are there, `label` says."""
    yield from (FILE, DRAFT)
    if kept := kept_versions(folder):
        yield version_file(max(kept))
