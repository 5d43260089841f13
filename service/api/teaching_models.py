"""What REST says of teaching: what was learned, and how often the recipe will be wrong."""

from typing import Any

from .evaluation_models import Share, StepHistogram
from .models import Payload
from .recipe_models import Draft


class ProposedLimit(Payload):
    """Limits of a step's main measure, round what good parts measured."""

    step: str
    measure: str
    low: float | None
    """null: none"""
    high: float | None
    bound: float | None
    """0-1: at most so many good parts will be rejected by it, with 95 % confidence"""
    histogram: StepHistogram | None
    """Of good and bad parts"""


class NearImage(Payload):
    """A good part that hardly passed."""

    image: str
    step: str
    measure: str
    value: float


class TrialResult(Payload):
    """Each part judged by what the others taught: what to expect of the recipe."""

    good: int
    """Good parts"""
    bad: int
    """Bad ones"""
    rejects: Share
    """Good parts that were rejected"""
    escapes: Share
    """Bad parts that passed"""
    bound: float
    """0-1: at most so many good parts will be rejected by the recipe, with 95 % confidence; 1: nothing can be said"""
    proposals: tuple[ProposedLimit, ...]
    rejected: tuple[str, ...]
    """Good parts that were rejected"""
    escaped: tuple[str, ...]
    """Bad parts that passed"""
    nearest: tuple[NearImage, ...]
    """Good parts nearest to a limit, nearest first"""


class Taught(Payload):
    """What a draft has learned."""

    job: int
    said: tuple[str, ...]
    """What was learned, the proposed limits and what to expect of them, line by line"""
    trial: TrialResult | None
    """null: there were too few good parts, or a step could not be tried"""
    draft: Draft


class LabelledImage(Payload):
    """An image of the teaching set."""

    file: str
    """By which it is called: its hash"""
    labels: dict[str, str]
    """By `step`, `step.region`, `step[instance]` or `step[instance].region`, counted from 1; the empty name is the part
    as a whole: good, bad, or the name of a kind"""
    origin: str
    """Where it came from"""
    by: str
    """Who said so"""
    at_us: int
    """When"""


class TeachingImages(Payload):
    """The images that a recipe's steps learn from when somebody labels one."""

    job: int
    images: tuple[LabelledImage, ...]


class LearnedStep(Payload):
    """What one step, and those that share its taught data, learned."""

    step: str
    images: int
    """From how many"""
    afresh: bool
    """false: on top of what it was taught from images that are not in the set"""
    parameters: dict[str, Any]
    """That it proposed, and the draft has now"""


class Relearned(Payload):
    """What a draft has learned from its teaching set."""

    job: int
    images: tuple[LabelledImage, ...]
    """Those of this request"""
    kept: int
    """Images of the set"""
    lessons: tuple[LearnedStep, ...]
    problems: tuple[str, ...]
    """What could not be learned or said yet, and why; the images are kept all the same"""
    trial: TrialResult | None
    """null: there are too few good parts"""
    taken: tuple[str, ...]
    """Steps whose proposed limits the draft has now"""
    sha256: str
    """Of the draft: sent along with the next change, one of somebody else is not written over"""
