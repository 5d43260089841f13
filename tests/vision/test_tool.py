"""A tool is one file: what it declares, and that one file and one listing are enough."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

import vision
import vision.tools
from vision.recipe import recipe_schema
from vision.tool import Findings, Measure, Tool, View

COUNT = Measure("count", main=True, int16="count")


@pytest.mark.parametrize(
    ("declares", "words"),
    [
        pytest.param({"measures": (Measure("a"),)}, "one measure has to be main", id="none is main"),
        pytest.param({"measures": (COUNT, Measure("b", main=True))}, "one measure has to be main", id="two are main"),
        pytest.param({"measures": (COUNT, Measure("b", int16="score"))}, "only one measure", id="two whole numbers"),
        pytest.param({"measures": (COUNT, COUNT)}, "measure 'count' is declared twice", id="twice"),
        pytest.param({"measures": (Measure("objects", main=True),)}, "no measure can be called 'objects'", id="taken"),
        pytest.param({"measures": (Measure("a.b", main=True),)}, "'a.b' is no plain name", id="with a dot"),
        pytest.param({"readings": ("text",), "features": {"text": str}}, "'text' is declared twice", id="both"),
    ],
)
def test_declarations_that_nobody_could_tell_apart_are_a_type_error(declares: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        type("Bad", (Tool,), {"__annotations__": {}, "measure": lambda self, view: Findings(), **declares})


def test_a_tool_that_only_reads_has_no_main_measure() -> None:
    class Reader(Tool):
        readings: ClassVar[tuple[str, ...]] = ("text",)

        def measure(self, view: View) -> Findings:
            return Findings()

    assert Reader.declared()["measures"] == []


def test_the_schema_says_what_each_tool_takes_and_yields() -> None:
    definitions = recipe_schema()["$defs"]
    tools = {name: entry["x-tool"] for name, entry in definitions.items() if "x-tool" in entry}
    assert set(tools) == set(vision.tools.TOOLS.values())
    caliper = tools["Caliper"]
    assert (caliper["regions"], caliper["region_kinds"]) == ([1, 1], ["rectangle", "line", "path", "ring_sector"])
    assert caliper["features"] == {"centre": "Point", "edge": "Line", "edge2": "Line"}
    assert {m["name"]: (m["unit"], m["main"]) for m in caliper["measures"]}["width"] == ("length", True)
    assert {name for name, one in tools.items() if one["locates"]} == {
        "CodeReader",
        "Locate",
        "LocateBlob",
        "PatternMatchTool",
    }
    assert all(measure["help"] for one in tools.values() for measure in one["measures"])
    fields = definitions["Step"]["properties"]
    assert fields["fixture"]["x-ref"] == "locates"
    assert (fields["limits"]["x-keys"], fields["matches"]["x-keys"]) == ("measures", "readings")


NEW_TOOL = '''"""Count bright things."""

from typing import ClassVar, Literal

import cv2
from pydantic import PositiveInt

from ..tool import Findings, Measure, Tool, View


class BrightCount(Tool):
    """Count 8-connected regions of at least `min_area_px`."""

    type: Literal["bright_count"] = "bright_count"
    measures: ClassVar = (Measure("count", unit="", help="Blobs found", main=True),)

    min_area_px: PositiveInt = 20
    """Smaller blobs are taken for dirt and not counted."""

    def measure(self, view: View) -> Findings:
        _, mask = cv2.threshold(view.grey, 128, 255, cv2.THRESH_BINARY)
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        areas = stats[1:, cv2.CC_STAT_AREA]  # row 0 is the background
        return Findings(count=int((areas >= self.min_area_px).sum()))
'''

USE = """
import json, sys
from pathlib import Path
import numpy as np
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import load_recipe, recipe_schema
image = np.full((100, 120), 40, np.uint8)
for x, y in ((10, 10), (30, 10), (90, 70)):
    image[y : y + 8, x : x + 8] = 200
image[40:42, 30:32] = 200
folder = Path(sys.argv[1])
result = inspect(Acquisition({"default": Frame(image, 1, 0, 0)}), prepare(load_recipe(folder), folder), Inputs())
step = result.steps[0]
print(json.dumps({"judgement": step.judgement, "tool": step.tool, "value": step.main.value, "message": step.message,
    "schema": recipe_schema()["$defs"]["BrightCount"]}))
"""


def test_a_new_tool_is_one_file_and_one_listing(tmp_path: Path) -> None:
    """In a copy of the package: a recipe uses it, limits judge it, the schema and its help have it."""
    copy = tmp_path / "vision"
    shutil.copytree(Path(vision.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tools" / "bright_count.py").write_text(NEW_TOOL)
    listing = (copy / "tools" / "__init__.py").read_text()
    first = '    "brightness": "Brightness",\n'
    (copy / "tools" / "__init__.py").write_text(listing.replace(first, f'{first}    "bright_count": "BrightCount",\n'))
    half = {"kind": "rectangle", "x": 0, "y": 0, "width": 60, "height": 100}
    tool = {"type": "bright_count", "min_area_px": 20}
    step = {"name": "pins", "tool": tool, "regions": [half], "limits": {"count": {"low": 3}}}
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    (recipe / "recipe.json").write_text(json.dumps({"job": 1, "name": "new", "steps": [step]}))
    command = [sys.executable, "-c", USE, str(recipe)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["tool"], said["value"], said["judgement"]) == ("bright_count", 2, "FAIL")
    assert said["message"] == "count 2 (at least 3)"
    assert said["schema"]["properties"]["min_area_px"]["description"].startswith("Smaller blobs")
    assert said["schema"]["x-tool"]["measures"][0]["name"] == "count"
