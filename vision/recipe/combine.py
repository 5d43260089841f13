"""How the steps' judgements make the part's."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .strict import Name, Number, Strict


class AllSteps(Strict):
    """Every step has to pass."""

    rule: Literal["all"] = "all"


class AnyStep(Strict):
    """One step that passes is enough."""

    rule: Literal["any"] = "any"


class NOfM(Strict):
    """So many steps have to pass."""

    rule: Literal["n_of_m"] = "n_of_m"
    n: Annotated[int, Field(ge=1)]
    """How many"""


class Weights(Strict):
    """The weights of the steps that pass have to reach a sum."""

    rule: Literal["weights"] = "weights"
    pass_at: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """The smallest sum that passes"""


Counting = Annotated[AllSteps | AnyStep | NOfM | Weights, Field(discriminator="rule")]


class Condition(Strict):
    """What a class asks of one step: that it passes, or with limits, that its number lies within them."""

    step: Annotated[Name, Field(json_schema_extra={"x-ref": "Step"})]
    """The step; of one that repeats it has to hold every time"""
    measure: str | None = None
    """The measure that the limits hold; left out: the step's main one"""
    low: Number | None = None
    """Smallest value that does"""
    high: Number | None = None
    """Largest value that does"""
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    """For the rule weights"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.measure is not None and not self.limits:
            raise ValueError(f"measure {self.measure!r} needs low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low:g} is more than high {self.high:g}")
        return self

    @property
    def limits(self) -> bool:
        """Whether a number is asked for, and not the step's judgement."""
        return self.low is not None or self.high is not None


class SortClass(Strict):
    """One class that parts are sorted into."""

    name: Annotated[Name, Field(max_length=16)]
    """As people and the PLC know it: A"""
    passes: bool = True
    """Whether its parts are PASS"""
    reject_class: Annotated[int, Field(ge=0, lt=65535)] = 0
    """What the PLC reads of its parts, where they fail"""
    conditions: tuple[Condition, ...] = ()
    """What it asks; none: all that no class before it took, which only a class that fails can be"""
    need: Counting = AllSteps()
    """How many of them have to hold"""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self.passes and not self.conditions:
            raise ValueError(f"class {self.name!r} passes and asks for nothing: give it conditions, or passes false")
        if self.passes and self.reject_class:
            raise ValueError(f"class {self.name!r} passes: its reject_class has to be 0, which means PASS to the PLC")
        if isinstance(self.need, NOfM) and self.need.n > len(self.conditions):
            raise ValueError(f"{self.need.n} of {len(self.conditions)} conditions can never hold")
        weights = sum(one.weight for one in self.conditions)
        if isinstance(self.need, Weights) and self.need.pass_at > weights:
            raise ValueError(f"pass_at {self.need.pass_at:g} is more than all weights together, {weights:g}")
        return self


class SortClasses(Strict):
    """The first class whose conditions hold is the part's; a part that fits none fails."""

    rule: Literal["sort"] = "sort"
    classes: Annotated[tuple[SortClass, ...], Field(min_length=1, max_length=32)]
    """The best first"""

    @model_validator(mode="after")
    def _each_can_be_reached(self) -> Self:
        names = [one.name for one in self.classes]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"there are two classes {twice!r}")
        if rest := next((one.name for one in self.classes[:-1] if not one.conditions), None):
            raise ValueError(f"class {rest!r} takes all that is left: no class after it can be reached")
        return self


Combine = Annotated[AllSteps | AnyStep | NOfM | Weights | SortClasses, Field(discriminator="rule")]
