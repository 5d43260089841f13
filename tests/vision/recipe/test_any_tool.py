"""A step's tool by its type: as pydantic's own union of all tools, but for what is imported."""

import json
import subprocess
import sys
from typing import Annotated, Any, Union

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from tests.conftest import ROOT
from vision.recipe.any_tool import AnyTool, tool_class
from vision.tools import TOOLS

EVERY: Any = Union[tuple(map(tool_class, TOOLS))]  # noqa: UP007
UNION: TypeAdapter[Any] = TypeAdapter(Annotated[EVERY, Field(discriminator="type")])
BY_TYPE: TypeAdapter[Any] = TypeAdapter(AnyTool)


@pytest.mark.parametrize("kind", TOOLS)
def test_a_tool_is_the_module_of_its_type(kind: str) -> None:
    assert tool_class(kind).model_fields["type"].default == kind
    assert tool_class(kind).__module__ == f"vision.tools.{kind}"


def test_what_is_no_tool_is_no_name_of_the_package() -> None:
    with pytest.raises(ImportError, match="Calliper"):
        exec("from vision.tools import Calliper")


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"type": "blob_count", "min_area_px": 7}, id="a tool"),
        pytest.param({"type": "blob_count", "min_area_px": "7"}, id="a number as text"),
        pytest.param({"type": "blob_count", "min_area_px": -1}, id="out of bounds"),
        pytest.param({"type": "gauge", "scale": [[1, 2], [3, 4]]}, id="lists that are tuples"),
        pytest.param({"type": "machine_position", "point": "a.b", "pairs": [{"x_px": 1}]}, id="wrong deep inside"),
        pytest.param({"type": "caliper", "edge_polarity": "x", "zzz": 1}, id="several things wrong"),
        pytest.param({"type": "calliper"}, id="unknown"),
        pytest.param({"type": 5}, id="no text"),
        pytest.param({}, id="missing"),
        pytest.param(5, id="no object"),
    ],
)
def test_tools_are_read_and_refused_as_by_the_union(given: Any, as_json: bool, strict: bool) -> None:
    def read(adapter: TypeAdapter[Any]) -> Any:
        try:
            found = (adapter.validate_json if as_json else adapter.validate_python)(
                json.dumps(given) if as_json else given, strict=strict
            )
        except ValidationError as exc:
            return exc.errors()
        return found, adapter.dump_python(found), adapter.dump_json(found), adapter.dump_json(found, exclude_unset=True)

    assert read(BY_TYPE) == read(UNION)


def test_a_tool_stays_the_one_it_is() -> None:
    tool = tool_class("brightness")()
    assert BY_TYPE.validate_python(tool) is tool


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_its_schema_is_the_unions(mode: Any) -> None:
    assert json.dumps(BY_TYPE.json_schema(mode=mode)) == json.dumps(UNION.json_schema(mode=mode))


READ = """
import sys
from vision.recipe import Step
Step.model_validate({"name": "pin", "tool": {"type": "brightness"}})
print(*sorted(name for name in sys.modules if name.startswith("vision.tools.")))
"""


def test_only_what_a_recipe_uses_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["vision.tools.brightness"]
