"""Images that a recipe carries to prove itself by: what each has to be judged."""

from typing import Annotated, Literal

from pydantic import Field

from .strict import FileName, Name, Strict

STORED_AS, STORED_VERSION = "reference", 1
"""As which its frames lie under taught."""


class ReferenceImage(Strict):
    """The frames of one part, and what the recipe has to say of it."""

    name: FileName
    """Its name under taught, where the frames are"""
    judgement: Literal["PASS", "FAIL"]
    """What the part has to be"""
    fails: Annotated[tuple[Name, ...], Field(json_schema_extra={"x-ref": "Step"})] = ()
    """Steps that have to fail on it; others may as well"""
    sort_class: str | None = None
    """The class it has to be sorted into; left out: any"""
    note: str = ""
    """For people"""
