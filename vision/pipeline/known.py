"""What steps told so far, by the names that later steps use for it."""

from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import ToolError
from ..recipe import Reference, Step, Told
from ..result import Feature, Reading, StepResult
from ..tool import Findings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """By step and step.name, of a step that repeats by step[i] and step[i].name."""

    features: MutableMapping[str, Feature] = field(default_factory=dict)
    readings: MutableMapping[str, Reading] = field(default_factory=dict)
    values: MutableMapping[str, float | str] = field(default_factory=dict)  # measures as judged, texts as read

    def seen_as(self, meant: Mapping[str, str]) -> "Known":
        """With further names: of a step that repeats those that mean the one of the same i."""

        return Known(_also(self.features, meant), _also(self.readings, meant), _also(self.values, meant))

    def check(self, mentioned: Iterable[Reference]) -> None:
        """Raises ToolError: a step did run, but gave nothing of that name and kind."""
        for reference in mentioned:
            if reference.kind is not None and not self._has(reference):
                what = "value" if reference.kind is Told else reference.kind.__name__.lower()
                raise ToolError(f"step {reference.step!r} gave no {reference.name or what}")

    def _has(self, reference: Reference) -> bool:
        name = reference.target
        if reference.kind is Told:
            return name in self.values
        given = self.features.get(name) or self.readings.get(name)
        return reference.kind is not None and isinstance(given, reference.kind)

    def publish(self, step: Step, findings: Findings, result: StepResult) -> None:
        """For later steps; its bare name means the first feature or reading that it declares.

        In a formula it means the main measure, of a tool without measures the first reading.
        """
        self.features.update({f"{step.name}.{name}": feature for name, feature in findings.features.items()})
        counts: Counter[str] = Counter()
        for reading, numbered in zip(findings.readings, result.readings, strict=True):
            counts[reading.name] += 1
            self.readings[f"{step.name}.{reading.name}[{counts[reading.name]}]"] = numbered
            self.readings.setdefault(f"{step.name}.{reading.name}", reading)
        for name in (*step.tool.features, *step.tool.readings)[:1]:
            if (feature := findings.features.get(name)) is not None:
                self.features[step.name] = feature
            elif (first := self.readings.get(f"{step.name}.{name}")) is not None:
                self.readings[step.name] = first
        self._publish_values(step, result)

    def _publish_values(self, step: Step, result: StepResult) -> None:
        for one in result.readings:  # of several, text[1] is also just text
            self.values[f"{step.name}.{one.name}"] = one.text
            self.values.setdefault(f"{step.name}.{one.name.partition('[')[0]}", one.text)
        self.values.update({f"{step.name}.{one.name}": one.value for one in result.measurements})
        if result.main is not None:  # of several regions the worst
            self.values[step.name] = self.values[f"{step.name}.{result.main.name}"] = result.main.value
        elif not step.tool.measures and result.readings:
            self.values[step.name] = result.readings[0].text

    def publish_parts(self, step: Step, findings: Findings) -> None:
        """Each of several found parts as step[i], with its own features."""
        for i, part in enumerate(findings.parts, 1):
            name = f"{step.name}[{i}]"
            self.features.update({f"{name}.{feature}": given for feature, given in part.features.items()})
            if (first := part.features.get(next(iter(step.tool.features), ""))) is not None:
                self.features[name] = first


def _also(given: MutableMapping[str, T], meant: Mapping[str, str]) -> MutableMapping[str, T]:
    return ChainMap({name: given[of] for name, of in meant.items() if of in given}, given)
