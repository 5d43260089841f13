"""Which of the taught kinds a thing is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..crops import region_features, warm_up
from ..errors import TeachError, ToolError
from ..imaging.features import LENGTH
from ..imaging.kinds import Kinds, TooFew, learn
from ..imaging.ridge import Line
from ..result import Reading
from ..shown import marks
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

MOST_SAMPLES = 1000
STEEP = 2.0  # of the score: the taught samples lie near 0.9
UNKNOWN = "unknown"


class Classify(Tool):
    """Say which of the kinds it was taught a thing is, or that it is none of them.

    Teach each kind from a few images under its name: two at least, better four or more, as different as the kind
    allows. One model serves all regions. Where in its region a thing lies does not matter much; how it is turned does.
    """

    type: Literal["classify"] = "classify"
    learns: ClassVar[bool] = True
    by_label: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "score",
            help="Like its kind rather than all others, 0-1; 0.5 is in the middle",
            main=True,
            int16="score",
            each_region=True,
        ),
        Measure("margin", help="Score less that of the second kind", each_region=True),
        Measure(
            "distance",
            help="From the nearest sample of its kind; 1 is as far as the loneliest sample lies from the others",
            each_region=True,
        ),
        Measure("unknown", help="Regions that show none of the kinds"),
    )
    readings: ClassVar[tuple[str, ...]] = ("class",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    min_score: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Below this score it is unknown; higher = stricter"""
    min_margin: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """With less between the two best kinds it is unknown"""
    max_distance: Annotated[float, Field(gt=0, le=100)] = 1.2
    """Farther from the samples of its kind it is unknown; lower = stricter"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn each label as a kind.

        Raises:
            TeachError: Less than two kinds, or less than two samples of one.
        """
        names = [name for sample in samples for name in _labels(sample)]
        features = np.concatenate([*(region_features(one.view) for one in samples), np.zeros((0, LENGTH), np.float32)])
        if taught is not None:
            before, known = _samples(taught)
            features, names = np.concatenate([before, features]), [*known, *names]
        if len(names) > MOST_SAMPLES:
            raise TeachError(f"{len(names)} crops are more than {MOST_SAMPLES}: teach it anew from fewer")
        try:
            kinds = learn(features, names)
        except TooFew as exc:
            raise TeachError(str(exc)) from exc
        arrays = {
            "features": features,
            "names": np.array(names),
            "weights": np.stack([line.weights for line in kinds.lines]),
            "offsets": np.array([line.offset for line in kinds.lines]),
            "reach": np.array(kinds.reach),
        }
        return Taught(arrays)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        kinds = _kinds(taught)
        warm_up()
        return _Ready(self, kinds)

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: teach this step")


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Classify
    kinds: Kinds

    def measure(self, view: View) -> Findings:
        features = region_features(view)
        scores = 1 / (1 + np.exp(-STEEP * self.kinds.values(features)))
        order = np.sort(scores, axis=1)
        score, margin, best = order[:, -1], order[:, -1] - order[:, -2], scores.argmax(axis=1)
        distance = self.kinds.distances(features, best)
        reasons = [self._reason(*one) for one in zip(score.tolist(), margin.tolist(), distance.tolist(), strict=True)]
        names = [UNKNOWN if reason else self.kinds.names[i] for i, reason in zip(best.tolist(), reasons, strict=True)]
        return Findings(
            score=tuple(score.tolist()),
            margin=tuple(margin.tolist()),
            distance=tuple(distance.tolist()),
            unknown=float(names.count(UNKNOWN)),
            readings=[
                Reading("class", name, name.encode(), sure) for name, sure in zip(names, score.tolist(), strict=True)
            ],
            overlay=marks([f"{name} {one:.2f}" for name, one in zip(names, score, strict=True)], view.areas),
            reason=_first(reasons),
        )

    def _reason(self, score: float, margin: float, distance: float) -> str:
        """Why it is none of the kinds; empty if it is one."""
        tool = self.tool
        if distance > tool.max_distance:
            return f"distance {distance:.2f} from all samples, at most {tool.max_distance:g} is known"
        if score < tool.min_score:
            return f"score {score:.2f}, {tool.min_score:g} needed"
        if margin < tool.min_margin:
            return f"margin {margin:.2f} between two kinds, {tool.min_margin:g} needed"
        return ""


def _first(reasons: Sequence[str]) -> str:
    number = next((i for i, reason in enumerate(reasons, 1) if reason), 0)
    if not number:
        return ""
    where = f"region {number} is unknown" if len(reasons) > 1 else "it is unknown"
    return f"{where}: {reasons[number - 1]}"


def _labels(sample: Sample) -> tuple[str, ...]:
    if len(sample.labels) != len(sample.view.areas):
        raise TeachError(f"{len(sample.labels)} labels for {len(sample.view.areas)} regions")
    for label in sample.labels:
        if label in ("", UNKNOWN):
            raise TeachError(f"label {label!r} is no kind: that is what none of the kinds is called")
    return sample.labels


def _samples(taught: Taught) -> tuple[NDArray[np.float32], list[str]]:
    features, names = taught.array("features"), taught.array("names")
    if features.shape != (*names.shape, LENGTH) or not np.isfinite(features).all():
        raise ToolError(f"taught data does not fit: {features.shape} features, {names.shape} names; teach this step")
    return features, [str(name) for name in names.tolist()]


def _kinds(taught: Taught) -> Kinds:
    features, names = _samples(taught)
    weights, offsets, reach = (taught.array(name) for name in ("weights", "offsets", "reach"))
    kinds = tuple(dict.fromkeys(names))
    if weights.shape != (len(kinds), LENGTH) or offsets.shape != (len(kinds),) or not float(reach) > 0:
        raise ToolError(f"taught data does not fit: {weights.shape} weights for {len(kinds)} kinds; teach this step")
    lines = tuple(Line(one, float(offset)) for one, offset in zip(weights, offsets, strict=True))
    return Kinds(kinds, lines, features, np.array([kinds.index(name) for name in names]), float(reach))
