"""What may be said about steps that repeat, and what is wrong with the rest."""

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.errors import RecipeError
from vision.recipe import FILE, Grid, load_recipe, recipe_schema

ROI = {"kind": "rectangle", "x": 10, "y": 10, "width": 20, "height": 20}
PIN = {"name": "pin", "tool": {"type": "caliper"}, "group": "pins", "regions": [ROI]}
CAPS = {"name": "caps", "tool": {"type": "locate", "count": 12}, "taught": "caps", "regions": [ROI]}
CAP = {"name": "cap", "tool": {"type": "brightness"}, "group": "each cap", "regions": [ROI]}
GRID = {"kind": "grid", "columns": 8, "dx": 12.5}
GROUPS = [{"name": "pins", "repeat": GRID}, {"name": "each cap", "repeat": {"kind": "found", "of": "caps"}}]


def recipe(*steps: dict[str, Any], groups: list[dict[str, Any]] = GROUPS, **more: Any) -> dict[str, Any]:
    return {"job": 1, "name": "x", "steps": list(steps), "groups": groups} | more


def problems(folder: Path, data: dict[str, Any]) -> list[str]:
    (folder / FILE).write_text(json.dumps(data))
    try:
        load_recipe(folder, taught=False)
    except RecipeError as exc:
        return [line.removeprefix(f"{FILE}: ") for line in exc.problems]
    return []


def test_a_good_one_and_its_schema(tmp_path: Path) -> None:
    data = recipe(PIN, CAPS, CAP)
    assert problems(tmp_path, data) == []
    jsonschema.validate(data, recipe_schema())
    loaded = load_recipe(tmp_path, taught=False)
    assert loaded.group_of(loaded.step("pin")) == loaded.groups[0]
    assert loaded.group_of(loaded.step("caps")) is None
    jsonschema.validate(loaded.content(), recipe_schema())


def test_the_schema_has_the_help_of_every_field_of_a_group() -> None:
    definitions = recipe_schema()["$defs"]
    for name in ("Group", "Grid", "Found"):
        fields = definitions[name]["properties"]
        assert not [field for field, entry in fields.items() if field != "kind" and "description" not in entry], name


def of(**changes: Any) -> dict[str, Any]:
    """The pins' grid with changes."""
    return {"name": "pins", "repeat": GRID | changes}


def found(step: str) -> dict[str, Any]:
    return {"name": "each cap", "repeat": {"kind": "found", "of": step}}


INNER = CAPS | {"name": "inner", "group": "pins", "taught": "in"}
BOTH = [PIN, CAPS, CAP]
CASES = [
    pytest.param(
        recipe(PIN | {"group": "pns"}, CAPS, CAP),
        [
            "steps[0].group: there is no group 'pns'; did you mean 'pins'?",
            "groups[0].name: no step repeats with 'pins': name it in the field group of a step, or take it out",
        ],
        id="unknown group",
    ),
    pytest.param(
        recipe(PIN | {"group": "x"}, groups=[]),
        ["steps[0].group: there is no group 'x'; there are: none"],
        id="no groups at all",
    ),
    pytest.param(
        recipe(*BOTH, groups=[GROUPS[0], GROUPS[1], GROUPS[0]]),
        ["groups[2].name: group 'pins' is used already, by groups[0].name"],
        id="a name twice",
    ),
    pytest.param(
        recipe(PIN, CAPS | {"tool": {"type": "locate"}}, CAP),
        ["groups[1].repeat.of: step 'caps' (locate) looks for one part only: let it find more, by its parameter count"],
        id="finds one part only",
    ),
    pytest.param(
        recipe(PIN, {"name": "caps", "tool": {"type": "brightness"}}, CAP),
        ["groups[1].repeat.of: step 'caps' (brightness) gives no list of found parts to repeat over"],
        id="no list of found parts",
    ),
    pytest.param(
        recipe(*BOTH, groups=[GROUPS[0], found("cpas")]),
        ["groups[1].repeat.of: there is no step 'cpas'; did you mean 'caps'?"],
        id="unknown locating step",
    ),
    pytest.param(
        recipe(PIN, CAPS | {"group": "pins"}, CAP),
        ["groups[1].repeat.of: step 'caps' repeats with group 'pins': groups are not nested"],
        id="nested by its parts",
    ),
    pytest.param(
        recipe(PIN, CAPS | {"group": "each cap"}, CAP),
        [
            "steps[1].group: the steps wait for each other: caps -> caps",
            "groups[1].repeat.of: step 'caps' is in group 'each cap' itself: it has to find the parts before that "
            "repeats",
        ],
        id="over itself",
    ),
    pytest.param(
        recipe(*BOTH, groups=[GROUPS[0] | {"group": "outer"}, GROUPS[1]]),
        ["groups[0]: group: groups are not nested, and name no steps: a step names its one group"],
        id="a group in a group",
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(columns=20, rows=20, dy=5), GROUPS[1]]),
        ["groups[0].repeat: 20 x 20 are 400 places, at most 256 can be"],
        id="too many places",
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(columns=257), GROUPS[1]]),
        ["groups[0].repeat.columns: 257 is more than 256"],
        id="too many columns",
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(rows=0), GROUPS[1]]), ["groups[0].repeat.rows: 0 is less than 1"], id="no rows"
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(dx=0), GROUPS[1]]),
        ["groups[0].repeat: 8 columns need a pitch: dx is 0, so all of them would be one place"],
        id="no pitch",
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(rows=2), GROUPS[1]]),
        ["groups[0].repeat: 2 rows need a pitch: dy is 0, so all of them would be one place"],
        id="no pitch of rows",
    ),
    pytest.param(
        recipe(*BOTH, groups=[of(unit="mm"), GROUPS[1]]),
        ["groups[0].repeat.unit: mm needs a calibrated recipe: set calibration.mm_per_px, or give the pitch in px"],
        id="mm without calibration",
    ),
    pytest.param(
        recipe(*[PIN | {"name": f"pin {i}"} for i in range(3)], groups=[of(columns=16, rows=16, dy=9)]),
        ["groups: all steps with what they repeat give 768 results a part, at most 512 can be"],
        id="too many results",
    ),
    pytest.param(
        recipe(*BOTH, PIN | {"name": "tip", "tool": {"type": "brightness"}, "regions": []}),
        ["steps[3].regions: none given: every one of group 'pins' would look at the whole frame"],
        id="the same place n times",
    ),
    pytest.param(
        recipe(*BOTH, CAP | {"name": "tip", "fixture": "part"}, CAPS | {"name": "part", "taught": "part"}),
        [
            "steps[3].fixture: 'part' is not in group 'each cap', whose regions move with each part that 'caps' finds: "
            "leave fixture out, or name a step of the group"
        ],
        id="two fixtures",
    ),
    pytest.param(
        recipe(*BOTH, INNER, PIN | {"name": "t", "group": None, "fixture": "inner"}),
        ["steps[4].fixture: step 'inner' repeats with group 'pins': only steps of that group can move with it"],
        id="a fixture that repeats, from outside",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "wanted"), CASES)
def test_what_is_wrong(tmp_path: Path, data: dict[str, Any], wanted: list[str]) -> None:
    assert problems(tmp_path, data) == wanted


def test_a_step_outside_may_ask_how_all_of_a_group_came_out(tmp_path: Path) -> None:
    after = {"name": "code", "tool": {"type": "brightness"}, "run_if": {"step": "pin", "outcome": "passed"}}
    assert problems(tmp_path, recipe(after, *BOTH)) == []


def test_a_run_if_and_a_fixture_name_no_single_instance(tmp_path: Path) -> None:
    after = {"name": "code", "tool": {"type": "brightness"}, "run_if": {"step": "pin[1]", "outcome": "passed"}}
    (line,) = problems(tmp_path, recipe(after, *BOTH))
    assert line == (
        "steps[0].run_if.step: 'pin[1]' is no name: it begins with a space or has a dot, bracket or control character; "
        "a step that repeats has no number here"
    )


def test_mm_with_calibration(tmp_path: Path) -> None:
    assert problems(tmp_path, recipe(*BOTH, groups=[of(unit="mm"), GROUPS[1]], calibration={"mm_per_px": 0.1})) == []


@given(
    st.integers(1, 16), st.integers(1, 16), st.floats(0.1, 50), st.floats(-50, -0.1), st.floats(-360, 360),
    st.none() | st.floats(0.01, 2),
)  # fmt: skip
def test_places_are_counted_row_by_row(
    columns: int, rows: int, dx: float, dy: float, angle_deg: float, mm_per_px: float | None
) -> None:
    grid = Grid(columns=columns, rows=rows, dx=dx, dy=dy, angle_deg=angle_deg, unit="mm" if mm_per_px else "px")
    offsets = grid.offsets(mm_per_px)
    assert len(offsets) == grid.places
    assert offsets[0] == (0, 0)
    c, s, size = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg)), mm_per_px or 1.0
    for i, (x, y) in enumerate(offsets):
        row, column = divmod(i, columns)
        # Turned back, clockwise on screen where y runs down.
        assert (x * c - y * s) * size == pytest.approx(column * dx, abs=1e-6)
        assert (x * s + y * c) * size == pytest.approx(row * dy, abs=1e-6)
