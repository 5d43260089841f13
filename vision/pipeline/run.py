"""Run a recipe on the frames of one trigger."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2

from ..errors import ErrorCode, ImageFormatError, TimeLimitError, ToolError
from ..frame import Acquisition, Frame, Inputs
from ..imaging.pixels import Pixels
from ..imaging.warp import pose_at
from ..overlay import region_shapes
from ..recipe import Filter, Reference, Step, references
from ..result import Judgement, Shape, Status, StepResult, worst
from ..roi import IDENTITY, Pose
from ..tool import Findings, View
from .judge import judge
from .known import Known
from .prepared import PreparedRecipe, PreparedStep
from .preprocess import preprocess
from .repeat import Instance, Repeated
from .results import error_of, not_run, result_of, switched_off

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step's result, and what later steps may use of it; None = nothing was found."""

    result: StepResult
    findings: Findings | None = None


@dataclass
class Run:
    """One inspection under way."""

    acquisition: Acquisition
    recipe: PreparedRecipe
    inputs: Inputs
    ends_ns: int | None = None  # CLOCK_MONOTONIC
    layers: frozenset[str] = frozenset()  # as step.layer
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # of a step that repeats also as step[i]
    known: Known = field(default_factory=Known)
    _inputs: dict[int, Inputs] = field(default_factory=dict)  # by the frame's time of exposure
    _pixels: dict[tuple[str, tuple[Filter, ...]], Pixels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        off = (step for step in self.recipe.recipe.steps if not step.enabled)
        self.outcomes |= {step.name: Outcome(switched_off(step)) for step in off}

    @cached_property
    def _parameters(self) -> Mapping[str, float]:
        return self.recipe.recipe.parameter_values(self.inputs)

    @property
    def over(self) -> bool:
        """The time for all steps is over."""
        return self.ends_ns is not None and time.monotonic_ns() > self.ends_ns

    def run(self, one: PreparedStep) -> None:
        """Run a step after those that it mentions; one that repeats for each of its instances."""
        repeated = self.recipe.repeats.get(one.step.name)
        if repeated is None:
            self._run(one)
        else:
            self._run_each(one, repeated)

    def recall(self, one: PreparedStep, earlier: "Run") -> None:
        """As `run`, with what `earlier` found at the same step on the same frames."""
        repeated = self.recipe.repeats.get(one.step.name)
        for step in [each.step for each in self.present(repeated)] if repeated is not None else [one.step]:
            outcome = self.outcomes[step.name] = earlier.outcomes[step.name]
            if outcome.findings is not None:
                self._publish(step, outcome.findings, outcome.result)
        self.outcomes[one.step.name] = earlier.outcomes[one.step.name]

    def present(self, repeated: Repeated) -> tuple[Instance, ...]:
        """The instances that there are on this part; per found part none where the parts were not found."""
        if repeated.of is None:
            return repeated.instances
        findings = self.outcomes[repeated.of].findings
        return repeated.instances[: len(findings.parts)] if findings is not None else ()

    def results(self) -> tuple[StepResult, ...]:
        """Of all steps as the recipe has them, of those that repeat every instance in its place."""
        return tuple(result for step in self.recipe.recipe.steps for result in self.results_of(step.name))

    def results_of(self, name: str) -> tuple[StepResult, ...]:
        """Of a step that was run; several where it repeats."""
        repeated = self.recipe.repeats.get(name)
        present = self.present(repeated) if repeated is not None else ()
        names = [one.step.name for one in present] or [name]
        return tuple(self.outcomes[one].result for one in names)

    def _run(self, one: PreparedStep, number: int = 0) -> Outcome:
        began = time.monotonic_ns()
        outcome = self._left_out(one) or self._attempt(one, began)
        step = one.step
        duration_us = (time.monotonic_ns() - began) // 1000
        result = replace(outcome.result, duration_us=duration_us, instance=number)
        outcome = self.outcomes[step.name] = Outcome(result, outcome.findings)
        if outcome.findings is not None:
            self._publish(step, outcome.findings, result)
        return outcome

    def _run_each(self, one: PreparedStep, repeated: Repeated) -> None:
        """Under the step's own name stands what its slot shows; it was found if all of them were."""
        outcomes = [
            self._run(PreparedStep(each.step, one.tool, one.shot, each.references), each.number)
            for each in self.present(repeated)
        ]
        if outcomes:
            shown = worst(outcome.result for outcome in outcomes)
            found = all(outcome.findings is not None for outcome in outcomes if outcome.result.counts)
            findings = next(outcome.findings for outcome in outcomes if outcome.result is shown)
            self.outcomes[one.step.name] = Outcome(shown, findings if found else None)
        else:
            words = f"step {repeated.of!r} gave no list of the parts that it found"
            defect = Outcome(error_of(one.step, words, ErrorCode.INTERNAL, ()))
            self.outcomes[one.step.name] = self._left_out(one) or defect

    def view_of(self, step: Step, deadline_ns: int | None = None, mentioned: Iterable[Reference] | None = None) -> View:
        """What the step sees, after those that it mentions.

        Args:
            mentioned: The step's references, where they are at hand.

        Raises:
            ToolError: A region lies outside of the frame, a feature is missing, a filter does not fit.
        """
        shot = step.shot or self.recipe.recipe.shots[0].name
        frame = self._frame(shot)
        pixels = self._preprocessed(shot, frame, step.preprocessing)
        pose = self.pose_of(step)
        known = self._known(step)
        known.check(references(step) if mentioned is None else mentioned)
        return View(
            raw=pixels.raw,
            regions=self.recipe.placed(step, (frame.height, frame.width), pose),
            full_scale=frame.full_scale,
            pose=pose,
            calibration=self.recipe.calibration,
            features=known.features,
            readings=known.readings,
            values=known.values,
            inputs=self._latched(frame),
            parameters=self._parameters,
            layers=self._wanted_layers(step),
            deadline_ns=deadline_ns,
            window=pixels.window,
            pixels=pixels,
        )

    def _attempt(self, one: PreparedStep, began: int) -> Outcome:
        step = one.step
        ends = [] if self.ends_ns is None else [self.ends_ns]
        ends += [] if step.time_limit_ms is None else [began + step.time_limit_ms * 1_000_000]
        regions: Sequence[Shape] = ()
        try:
            if self.over:
                raise TimeLimitError("time limit")
            view = self.view_of(step, min(ends, default=None), one.references)
            regions = region_shapes(view.regions)
            findings = one.tool.measure(view)
            view.check_time()
            verdict = judge(step, findings, self.recipe.calibration, self.inputs, view.readings)
            found = findings if findings.found and verdict.judgement is not Judgement.ERROR else None
            return Outcome(result_of(step, verdict, findings, regions), found)
        except TimeLimitError:
            return Outcome(error_of(step, "time limit", ErrorCode.TIME_LIMIT, regions, timed_out=True))
        except ToolError as exc:
            return Outcome(error_of(step, str(exc), ErrorCode.TOOL, regions))
        except Exception as exc:  # a defect in a tool must not stop the line
            frame = self.acquisition.first
            log.exception("step %r failed on frame %d", step.name, frame.frame_id)
            if _out_of_memory(exc):
                return Outcome(
                    error_of(step, ": ".join(filter(None, ("out of memory", str(exc)))), ErrorCode.MEMORY, regions)
                )
            return Outcome(error_of(step, "internal error, see log", ErrorCode.INTERNAL, regions))

    def _left_out(self, one: PreparedStep) -> Outcome | None:
        """The reason why a step is not run, if there is one."""
        condition = one.step.run_if
        for reference in sorted(one.references, key=lambda r: r.needed):  # first the run-if
            name, other = reference.result, self.outcomes.get(reference.result)
            if other is None:
                return Outcome(self._no_such(one.step, reference))
            result = other.result
            if not result.counts:
                return Outcome(not_run(one.step, f"left out, as step {name!r}", Judgement.ERROR, counts=False))
            if result.status is Status.NOT_RUN or result.judgement is Judgement.ERROR:
                return Outcome(not_run(one.step, f"not run: step {name!r} {_state(result)}", result.judgement))
            if not reference.needed and condition is not None and not _holds(condition.outcome, other):
                words = f"left out: step {name!r} {_state(result, other.findings is not None)}"
                return Outcome(not_run(one.step, words, Judgement.ERROR, counts=False))
            if reference.needed and other.findings is None:
                judgement = Judgement.FAIL if result.judgement is Judgement.FAIL else Judgement.ERROR
                return Outcome(not_run(one.step, f"not run: step {name!r} was not found", judgement))
        return None

    def _wanted_layers(self, step: Step) -> frozenset[str]:
        return frozenset(name for name in step.tool.layers if self.layers and f"{step.name}.{name}" in self.layers)

    def _latched(self, frame: Frame) -> Inputs:
        if frame.acquired_at_us not in self._inputs:
            self._inputs[frame.acquired_at_us] = replace(self.inputs, acquired_at_us=frame.acquired_at_us)
        return self._inputs[frame.acquired_at_us]

    def _no_such(self, step: Step, reference: Reference) -> StepResult:
        """For a step that names a found part, or what belongs to it, beyond those that were found."""
        of = self.outcomes[reference.step].result
        judgement = Judgement.FAIL if of.judgement is Judgement.FAIL else Judgement.ERROR
        return not_run(step, f"not run: there is no {reference.result!r} on this part", judgement)

    def _known(self, step: Step) -> Known:
        """By the names that the step's tool uses: of its own group they are those of its i."""
        instance = self.recipe.instances.get(step.name)
        return self.known if instance is None else self.known.seen_as(instance.meant)

    def _frame(self, shot: str) -> Frame:
        try:
            return self.acquisition.frames[shot]
        except KeyError:
            raise ImageFormatError(f"shot {shot!r} is missing from the acquisition") from None

    def _preprocessed(self, shot: str, frame: Frame, filters: tuple[Filter, ...]) -> Pixels:
        key = (shot, filters)
        if key not in self._pixels:
            raw = preprocess(frame.image, filters, frame.full_scale)
            self._pixels[key] = Pixels(raw, frame.full_scale, self.recipe.recipe.image.window)
        return self._pixels[key]

    def pose_of(self, step: Step) -> Pose:
        """How the step's regions are moved on this part. Raises ToolError where that was not found."""
        pose = IDENTITY if step.fixture is None else self._position(step.fixture)
        instance = self.recipe.instances.get(step.name)
        return pose if instance is None or instance.shift is None else pose_at(pose, instance.shift)

    def _position(self, name: str) -> Pose:
        findings = self.outcomes[name].findings
        if findings is None or findings.pose is None:
            raise ToolError(f"step {name!r} gave no position")
        return findings.pose

    def _publish(self, step: Step, findings: Findings, result: StepResult) -> None:
        """For later steps; each of several found parts as step[i], with its own pose and features."""
        self.known.publish(step, findings, result)
        for i, part in enumerate(findings.parts, 1):
            found = Findings(pose=part.pose, features=part.features)
            self.outcomes[f"{step.name}[{i}]"] = Outcome(result, found)
        self.known.publish_parts(step, findings)


def _out_of_memory(exc: Exception) -> bool:
    return isinstance(exc, MemoryError) or (isinstance(exc, cv2.error) and exc.code == cv2.Error.StsNoMem)


def _holds(outcome: str, other: Outcome) -> bool:
    conditions: Mapping[str, bool] = {
        "passed": other.result.judgement is Judgement.PASS,
        "failed": other.result.judgement is Judgement.FAIL,
        "found": other.findings is not None,
    }
    return conditions[outcome]


def _state(result: StepResult, found: bool = True) -> str:
    if result.status is Status.NOT_RUN:
        return "was not run"
    if result.judgement is Judgement.ERROR:
        return "is ERROR"
    return f"is {result.judgement}" if found else "was not found"
