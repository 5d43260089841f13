"""Judge images with one or two versions of a recipe, on all cores; nothing of the station runs with it."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from vision.errors import FrameError
from vision.frame import Acquisition, Frame, Inputs
from vision.imaging.encode import jpeg, reduced
from vision.overlay import draw
from vision.pipeline import PreparedRecipe, inspect, prepare
from vision.recipe import Recipe, load_draft, load_version, recipe_in_use
from vision.result import InspectionResult, Judgement, Measurement, Status, StepResult

from .cases import Case
from .part_image import acquisition_of

PATIENCE_MS = 60_000  # several images at once share the memory's bandwidth: no judgement is to depend on that
PICTURE_PX, QUALITY = 640, 80


@dataclass(frozen=True, slots=True)
class Side:
    """A version of a recipe; None = the one in production, 0 = the draft."""

    folder: Path
    version: int | None = None

    def load(self) -> Recipe:
        """
        Raises:
            RecipeError: It cannot be used.
        """
        if self.version is None:
            return recipe_in_use(self.folder).recipe
        return load_draft(self.folder) if self.version == 0 else load_version(self.folder, self.version)


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """What a step found; `main` is the number that stands for it, where it took one."""

    name: str
    judgement: Judgement
    status: Status
    message: str
    main: Measurement | None
    measurements: tuple[Measurement, ...]
    ms: float
    readings: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The main number."""
        return self.main.value if self.main else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a version judged."""

    judgement: Judgement
    message: str
    ms: float
    steps: tuple[StepVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An image with the verdict of each version."""

    case: Case
    verdicts: tuple[Verdict, ...]
    picture: bytes = b""  # a JPEG with the overlay of the first version, where the image is worth a look

    @property
    def wrong(self) -> bool:
        """The first version judged otherwise than the label says; ERROR is never right."""
        if self.case.good is None:
            return False
        return self.verdicts[0].judgement is not (Judgement.PASS if self.case.good else Judgement.FAIL)

    @property
    def changed(self) -> bool:
        """Judged otherwise by the second version; with one version, otherwise than the station once did."""
        before = self.verdicts[1].judgement if len(self.verdicts) > 1 else self.case.before
        return before is not None and before is not self.verdicts[0].judgement


def judge(sides: Sequence[Side], cases: Sequence[Case], processes: int = 0) -> Iterator[Judged]:
    """In the order of the cases, as they are done; `processes` 0 = one for each core.

    Raises:
        RecipeError: A version cannot be used.
    """
    for side in sides:
        prepare(side.load(), side.folder)
    wanted = max(1, min(processes or len(os.sched_getaffinity(0)), len(cases)))
    if wanted == 1:
        _begin(tuple(sides))
        yield from map(_judge, cases)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted, spawn, _begin, (tuple(sides),)) as pool:
        yield from pool.map(_judge, cases, chunksize=max(1, min(8, len(cases) // (4 * wanted))))


def pictured(side: Side, judged: Sequence[Judged]) -> list[Judged]:
    """Those that have no picture yet get one."""
    recipe = _patient(side)
    return [one if one.picture else replace(one, picture=_look(one.case, recipe)) for one in judged]


_prepared: list[PreparedRecipe] = []  # of this process, by `_begin`


def _begin(sides: tuple[Side, ...]) -> None:
    """One core each."""
    cv2.setNumThreads(1)
    _prepared[:] = [_patient(side) for side in sides]


def _patient(side: Side) -> PreparedRecipe:
    recipe = side.load()
    steps = tuple(step.model_copy(update={"time_limit_ms": None}) for step in recipe.steps)
    return prepare(recipe.model_copy(update={"time_limit_ms": PATIENCE_MS, "steps": steps}), side.folder)


def _judge(case: Case) -> Judged:
    """Never raises for what an image can be."""
    try:
        acquisition = acquisition_of(case.path, _prepared[0].recipe)
        results = [inspect(_with_shots(acquisition, one.recipe), one, Inputs()) for one in _prepared]
    except FrameError as exc:
        return Judged(case, tuple(Verdict(Judgement.ERROR, str(exc), 0.0) for _ in _prepared))
    judged = Judged(case, tuple(map(_verdict, results)))
    if not (judged.wrong or judged.changed):
        return judged
    return Judged(case, judged.verdicts, _picture(acquisition, results[0]))


def _look(case: Case, recipe: PreparedRecipe) -> bytes:
    try:
        acquisition = acquisition_of(case.path, recipe.recipe)
    except FrameError:  # gone since
        return b""
    return _picture(acquisition, inspect(acquisition, recipe, Inputs()))


def _with_shots(acquisition: Acquisition, recipe: Recipe) -> Acquisition:
    frame = next(iter(acquisition.frames.values()))
    return Acquisition({shot.name: frame for shot in recipe.shots})


def _picture(acquisition: Acquisition, result: InspectionResult) -> bytes:
    frame: Frame = next(iter(acquisition.frames.values()))
    return bytes(jpeg(reduced(draw(frame.image, result, frame.full_scale), PICTURE_PX), 255, QUALITY))


def _verdict(result: InspectionResult) -> Verdict:
    return Verdict(result.judgement, result.message, result.duration_us / 1000, tuple(map(_step, result.steps)))


def _step(step: StepResult) -> StepVerdict:
    return StepVerdict(
        step.name,
        step.judgement,
        step.status,
        step.message,
        step.main,
        step.measurements,
        step.duration_us / 1000,
        tuple(one.text for one in step.readings),
    )
