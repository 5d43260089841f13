"""How the steps' judgements make the part's."""

from typing import Annotated, Literal

from pydantic import Field

from .strict import Strict


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


Combine = Annotated[AllSteps | AnyStep | NOfM | Weights, Field(discriminator="rule")]
