"""Whether what should be there is there, taught from a few good and bad crops."""

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
from ..imaging.ridge import Line, separate
from ..shown import marks
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

MOST_SAMPLES = 2000
STEEP = 2.0  # of the score: the taught samples lie near 0.1 and 0.9


class Presence(Tool):
    """Tell good places from bad ones: the screw is there or not, the cap sits or not, the label is on or not.

    One model serves all regions, whatever place the samples came from: teach it good and bad crops of any of them.
    Where in its region a thing lies does not matter much; how it is turned does.
    """

    type: Literal["presence"] = "presence"
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "score",
            help="Like the good samples rather than the bad ones, 0-1; 0.5 is in the middle",
            main=True,
            int16="score",
            each_region=True,
        ),
        Measure("good", help="Regions that look good"),
    )
    regions: ClassVar[tuple[int, int]] = (0, 64)

    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """A region from this score on looks good; higher = stricter"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        labels = np.array([_kind(label) for sample in samples for label in _labels(sample)], bool)
        seen = [region_features(sample.view) for sample in samples]
        features = np.concatenate([*seen, np.zeros((0, LENGTH), np.float32)])
        if taught is not None:
            features = np.concatenate([taught.array("features"), features])
            labels = np.concatenate([taught.array("labels"), labels])
        good, bad = int(labels.sum()), int((~labels).sum())
        if not good or not bad:
            raise TeachError(f"{good} good and {bad} bad crops: it needs at least one of each, better eight images")
        if len(labels) > MOST_SAMPLES:
            raise TeachError(f"{len(labels)} crops are more than {MOST_SAMPLES}: teach it anew from fewer")
        line = separate(features, labels)
        arrays = {"features": features, "labels": labels, "weights": line.weights, "offset": np.array(line.offset)}
        return Taught(arrays)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        weights, offset = taught.array("weights"), taught.array("offset")
        if weights.shape != (LENGTH,) or offset.shape != ():
            raise ToolError(f"the taught data has {weights.shape} weights, {LENGTH} are needed; teach this step")
        ready = _Ready(Line(weights, float(offset)), self.threshold)
        warm_up()
        return ready

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: teach this step")


@dataclass(frozen=True, slots=True)
class _Ready:
    line: Line
    threshold: float

    def measure(self, view: View) -> Findings:
        scores = 1 / (1 + np.exp(-STEEP * self.line.value(region_features(view))))
        good = scores >= self.threshold
        return Findings(
            score=tuple(scores.tolist()),
            good=float(good.sum()),
            overlay=marks([f"{score:.2f}" for score in scores], view.areas),
            reason=_reason(scores, good),
        )


def _reason(scores: NDArray[np.float64], good: NDArray[np.bool_]) -> str:
    worst = int(np.argmin(scores))
    if good.all():
        return ""
    where = f"region {worst + 1} looks" if len(scores) > 1 else "it looks"
    return f"{where} like the bad samples: score {scores[worst]:.2f}"


def _labels(sample: Sample) -> tuple[str, ...]:
    if len(sample.labels) != len(sample.view.areas):
        raise TeachError(f"{len(sample.labels)} labels for {len(sample.view.areas)} regions")
    return sample.labels


def _kind(label: str) -> bool:
    if label not in ("good", "bad"):
        raise TeachError(f"label {label!r} is neither good nor bad")
    return label == "good"
