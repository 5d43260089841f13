"""Descriptions of fields: the docstring under each, read when somebody asks."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from vision.field_docs import DescribedSchema, description

T = TypeVar("T")


class Place(BaseModel):
    """Where."""

    x: int = 0
    """From the left, "so far" """
    y: int = 0
    name: Annotated[str, Field(description="said by its declaration")] = ""
    """not this"""
    long_name: int = Field(0, alias="longName")
    """Two
    lines"""

    class Inner(BaseModel):
        x: str = ""
        """Of the inner one"""


class Corner(Place):
    y: int = 1
    """Of the corner"""


class Pages(BaseModel, Generic[T]):
    items: list[T]
    """Newest first"""


def test_the_docstring_under_a_field_is_its_description() -> None:
    assert description(Place, "x") == 'From the left, "so far"'
    assert description(Place, "y") == ""
    assert description(Place, "name") == "said by its declaration"
    assert description(Place.Inner, "x") == "Of the inner one"


def test_a_field_is_described_where_it_is_declared() -> None:
    assert description(Corner, "x") == description(Place, "x")
    assert description(Corner, "y") == "Of the corner"
    assert description(Pages[int], "items") == "Newest first"


def test_the_schema_has_them_by_the_names_of_its_properties() -> None:
    properties = Corner.model_json_schema(schema_generator=DescribedSchema)["properties"]
    said = {name: part.get("description") for name, part in properties.items()}
    assert said == {
        "x": 'From the left, "so far"',
        "y": "Of the corner",
        "name": "said by its declaration",
        "longName": "Two\nlines",
    }


def test_a_class_made_in_a_function_has_them_too() -> None:
    class Local(BaseModel):
        a: int = 0
        """Here"""

    assert description(Local, "a") == "Here"
    assert description(type("Made", (Local,), {"__module__": "of no file"}), "a") == "Here"
