"""What REST says of a recipe's reference images."""

from typing import Literal

from .models import JudgementName, Payload


class Reference(Payload):
    """An image that a recipe has to judge right before a version goes into production."""

    name: str
    judgement: Literal["PASS", "FAIL"]
    """What the part has to be"""
    fails: tuple[str, ...] = ()
    """Steps that have to fail on it; others may as well"""
    sort_class: str | None = None
    """The class it has to be sorted into; null: any"""
    note: str = ""
    """For people"""


class References(Payload):
    """Those of a draft, or of what a draft would be made from."""

    job: int
    version: int
    """That the draft gets when it is released"""
    sha256: str
    """Of the draft: sent along with a change, one of somebody else is not written over"""
    items: tuple[Reference, ...]


class ReferenceVerdict(Payload):
    """What the recipe says of one of its references."""

    name: str
    wanted: Literal["PASS", "FAIL"]
    judgement: JudgementName
    message: str
    """Why it is not PASS"""
    sort_class: str
    failing: tuple[str, ...]
    """Steps that are FAIL"""
    difference: str
    """From what it has to say, in words; empty: there is none"""
    ms: float
    """How long judging it took"""


class ReferencesJudged(Payload):
    """All references of one version, judged by it."""

    job: int
    version: int
    sha256: str
    """Of the version"""
    items: tuple[ReferenceVerdict, ...]
    problems: tuple[str, ...] = ()
    """Why the version cannot judge, such as a step that was not taught; its references are kept all the same"""
