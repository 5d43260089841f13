"""The frames of a measurement system analysis, what was measured on them, and what that comes to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vision.cameras.image_file import SUFFIXES
from vision.result import Measurement
from vision.teach.gauge_study import GaugeStudy, Repeatability, Values, gauge_study, repeatability

from .cases import Case, CasesError
from .judging import Judged


@dataclass(frozen=True, slots=True)
class Layout:
    """Frames by part and mount; one part with one mount is a study of repeatability."""

    cases: tuple[Case, ...]  # part by part, mount by mount
    parts: tuple[str, ...]
    mounts: int
    frames: int

    @property
    def one_part(self) -> bool:
        return len(self.parts) == 1


@dataclass(frozen=True, slots=True)
class Studied:
    """One measure, by the name ``step.measure``."""

    name: str
    unit: str
    values: Values  # (parts, mounts, frames)
    outcome: Repeatability | GaugeStudy


def layout_of(folder: Path) -> Layout:
    """Images in the folder itself are frames of one part; else each folder in it is a part, and each image in that,
    or each folder of images, is one time that the part was put in.

    Raises:
        CasesError: There are no images, or not the same number everywhere.
    """
    if not folder.is_dir():
        raise CasesError(f"{folder}: there is no such folder")
    if loose := _images(folder):
        return Layout(tuple(_case(folder, path) for path in loose), (folder.name,), 1, len(loose))
    parts = _folders(folder)
    mounted = {part.name: _mounts(part) for part in parts}
    counts = {name: [len(mount) for mount in mounts] for name, mounts in mounted.items()}
    if not counts or not all(counts.values()):
        empty = [name for name, mounts in counts.items() if not mounts]
        raise CasesError(f"{folder}: there are no images in {', '.join(empty) or 'it'}")
    shapes = {tuple(several) for several in counts.values()}
    if len(shapes) > 1 or len(set(next(iter(shapes)))) > 1:
        told = [f"  {name}: " + " + ".join(map(str, several)) + " frames" for name, several in counts.items()]
        raise CasesError(f"{folder}: every part has to be put in equally often, with equally many frames", *told)
    paths = [path for mounts in mounted.values() for mount in mounts for path in mount]
    (shape,) = shapes
    return Layout(tuple(_case(folder, path) for path in paths), tuple(counts), len(shape), shape[0])


def study(
    layout: Layout,
    judged: Sequence[Judged],
    names: Sequence[str],
    tolerances: Mapping[str, float],
    references: Mapping[str, float],
) -> list[Studied]:
    """Each measure of `names`; none = the main one of every step. A tolerance not given is that of the limits.

    Raises:
        CasesError: There is no such measure, or it could not be taken of each frame.
    """
    measured = [_measured(one) for one in judged]
    known = dict.fromkeys(name for one in measured for name in one)
    if unknown := {*names, *tolerances, *references} - known.keys():
        there = ", ".join(known) or "none was taken of any frame"
        raise CasesError(f"there is no measure {', '.join(sorted(unknown))}; there are: {there}")
    wanted = list(names or _mains(judged))
    if missing := [line for name in wanted for line in _missing(name, layout.cases, measured)]:
        raise CasesError("not every frame could be measured:", *missing)
    return [_studied(name, layout, measured, tolerances.get(name), references.get(name)) for name in wanted]


def _studied(
    name: str,
    layout: Layout,
    measured: Sequence[Mapping[str, Measurement]],
    tolerance: float | None,
    reference: float | None,
) -> Studied:
    first = measured[0][name]
    width = tolerance if tolerance is not None else first.high - first.low
    tolerance = width if math.isfinite(width) and width > 0 else None
    flat = np.array([one[name].value for one in measured])
    values = flat.reshape(len(layout.parts), layout.mounts, layout.frames)
    try:
        outcome = repeatability(flat, tolerance, reference) if layout.one_part else gauge_study(values, tolerance)
    except ValueError as exc:
        raise CasesError(str(exc)) from exc
    return Studied(name, first.unit, values, outcome)


def _measured(one: Judged) -> dict[str, Measurement]:
    return {
        f"{step.name}.{measurement.name}": measurement
        for step in one.verdicts[0].steps
        for measurement in step.measurements
        if math.isfinite(measurement.value)
    }


def _mains(judged: Sequence[Judged]) -> dict[str, None]:
    """The main measure of every step, of one with several regions that of each."""
    return dict.fromkeys(
        f"{step.name}.{measurement.name}"
        for one in judged
        for step in one.verdicts[0].steps
        for measurement in step.measurements
        if step.main is not None and measurement.name.partition("[")[0] == step.main.name
    )


def _missing(name: str, cases: Sequence[Case], measured: Sequence[Mapping[str, Measurement]]) -> list[str]:
    return [f"  {case.name}: no {name}" for case, one in zip(cases, measured, strict=True) if name not in one]


def _mounts(part: Path) -> list[list[Path]]:
    if loose := _images(part):
        return [[path] for path in loose]
    return [images for mount in _folders(part) if (images := _images(mount))]


def _images(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _case(folder: Path, path: Path) -> Case:
    return Case(path.relative_to(folder).as_posix(), path)
