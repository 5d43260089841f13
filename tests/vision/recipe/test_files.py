"""Recipe files: what is wrong with them, all at once and with its place."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from vision.errors import RecipeError
from vision.recipe import FILE, Recipe, check_folder, load_recipe, recipe_schema, save_recipe
from vision.taught import save_taught
from vision.tool import Taught
from vision.tools import TOOLS

KNOWN = ", ".join(TOOLS)

GOOD: dict[str, Any] = {
    "format": 1,
    "job": 7,
    "name": "Bracket",
    "version": 3,
    "released": True,
    "description": "The bracket with eight pins",
    "calibration": {"mm_per_px": 0.05},
    "image": {"width": 640, "height": 480, "channels": 3, "bits": 8, "window": [0, 255]},
    "shots": [{"name": "top", "exposure_us": 4000}, {"name": "side", "light": "ring"}],
    "steps": [
        {
            "name": "light",
            "tool": {"type": "brightness"},
            "regions": [{"kind": "rectangle", "x": 1, "y": 2, "width": 30, "height": 40, "angle_deg": 5}],
            "limits": {"mean": {"low": 80, "high": 180, "warn_low": 90, "nominal": 128}},
            "slot": 0,
            "reject_class": 2,
        },
        {
            "name": "holes",
            "tool": {"type": "blob_count", "polarity": "dark", "threshold": 90},
            "shot": "side",
            "regions": [{"kind": "circle", "x": 100, "y": 100, "radius": 50}],
            "masks": [{"kind": "polygon", "points": [[90, 90], [110, 90], [100, 110]]}],
            "preprocessing": [{"filter": "median"}, {"filter": "channel", "channel": "red"}],
            "run_if": {"step": "light", "outcome": "passed"},
            "slot": 1,
            "time_limit_ms": 500,
        },
    ],
    "combine": {"rule": "n_of_m", "n": 2},
    "time_limit_ms": 1500,
    "parameters": [{"name": "width", "type": "float32", "offset": 0}, {"name": "kind", "type": "int32", "offset": 2}],
    "reject_classes": [{"number": 2, "name": "light"}],
}


def written(folder: Path, data: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(data if isinstance(data, str) else json.dumps(data))
    return folder


def changed(path: str, value: Any) -> dict[str, Any]:
    """GOOD with one thing changed; ``...`` takes it away."""
    data = copy.deepcopy(GOOD)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place: Any = data
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return data


def problems(folder: Path, data: Any) -> tuple[str, ...]:
    with pytest.raises(RecipeError) as caught:
        load_recipe(written(folder, data))
    return caught.value.problems


def test_a_good_recipe_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path / "a", GOOD))
    save_recipe(recipe, tmp_path / "b")
    assert load_recipe(tmp_path / "b") == recipe
    assert load_recipe(tmp_path / "b").sha256 == recipe.sha256
    assert [path.name for path in (tmp_path / "b").iterdir()] == [FILE]


def test_the_schema_takes_what_we_take(tmp_path: Path) -> None:
    schema = recipe_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(GOOD, schema)
    save_recipe(load_recipe(written(tmp_path, GOOD)), tmp_path)
    jsonschema.validate(json.loads((tmp_path / FILE).read_text()), schema)
    for bad in (changed("job", 0), changed("steps/1/tool/threshold", 300), changed("steps/0/colour", 1)):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_the_schema_has_the_help_of_every_field() -> None:
    definitions = recipe_schema()["$defs"]
    for name in ("Brightness", "BlobCount", "ColorArea", "Caliper", "GoldenTemplate", "Locate", "Step", "Limit"):
        fields = definitions[name]["properties"]
        without = [field for field, entry in fields.items() if field != "type" and "description" not in entry]
        assert not without, name


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("steps/1/tool/threshold", "steps[1].tool.threshold: inf: input should be a finite number"),
        ("steps/0/limits", "steps[0].limits.mean.low: inf: input should be a finite number"),
        ("steps/0/regions", "steps[0].regions[0].x: inf: input should be a finite number"),
    ],
)
def test_numbers_without_end_are_refused(tmp_path: Path, path: str, words: str) -> None:
    """JSON knows no infinity, but a number with a typing error in its exponent is one."""
    region = {"kind": "rectangle", "x": 1e999, "y": 0, "width": 5, "height": 5}
    value: Any = {"threshold": 1e999, "limits": {"mean": {"low": 1e999}}, "regions": [region]}[path.rpartition("/")[2]]
    text = json.dumps(changed(path, value)).replace("Infinity", "1e999")
    (tmp_path / FILE).write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(tmp_path)
    assert caught.value.problems == (f"{FILE}: {words}",)


@pytest.mark.parametrize(("x", "width"), [(40000, 5), (0, 70000)])
def test_a_region_far_beyond_any_frame_is_refused(tmp_path: Path, x: float, width: float) -> None:
    region = {"kind": "rectangle", "x": x, "y": 0, "width": width, "height": 5}
    with pytest.raises(RecipeError, match=r"steps\[0\]\.regions\[0\].* is more than"):
        load_recipe(written(tmp_path, changed("steps/0/regions", [region])))


def test_the_schema_says_what_a_reference_may_name() -> None:
    assert recipe_schema()["$defs"]["ReadingMatch"]["properties"]["of"]["x-ref"] == "Reading"


CASES = [
    ("steps/1/tool/threshold", 300, "steps[1].tool.threshold: 300 is more than 255"),
    ("steps/1/tool/threshold", -1, "steps[1].tool.threshold: -1 is less than 0"),
    ("steps/1/tool/threshold", "90", "steps[1].tool.threshold: '90': input should be a valid number"),
    ("steps/1/tool/treshold", 9, "steps[1].tool.treshold: unknown key"),
    (
        "steps/1/tool/type",
        "blobcount",
        f"steps[1].tool.type: 'blobcount' is unknown; did you mean 'blob_count'?; known: {KNOWN}",
    ),
    (
        "steps/1/tool/type",
        ...,
        f'steps[1].tool.type: is missing: one of {KNOWN}; for example "type": "brightness"',
    ),
    (
        "steps/1/masks/0/kind",
        ...,
        "steps[1].masks[0].kind: is missing: one of rectangle, circle, polygon, ring_sector, line, path; "
        'for example "kind": "rectangle"',
    ),
    (
        "steps/1/preprocessing",
        [{"size_px": 3}],
        "steps[1].preprocessing[0].filter: is missing: one of median, gaussian, mean, morphology, flatten, gamma, "
        "stretch, equalise, channel, grey; "
        'for example "filter": "median"',
    ),
    (
        "steps/0/matches",
        {"text": {"text": "A"}},
        "steps[0].matches.text.rule: is missing: one of text, pattern, list, plc_string, reading, date; "
        'for example "rule": "text"',
    ),
    (
        "combine",
        {"n": 1},
        'combine.rule: is missing: one of all, any, n_of_m, weights, sort; for example "rule": "all"',
    ),
    ("steps/1/name", "light", "steps[1].name: step 'light' is used already, by steps[0].name"),
    ("steps/1/slot", 0, "steps[1].slot: slot 0 is used already, by steps[0].slot"),
    ("steps/1/slot", 32, "steps[1].slot: 32 is more than 31"),
    ("steps/1/reject_class", 65535, "steps[1].reject_class: 65535 is not less than 65535"),
    ("steps/1/reject_class", 3, "steps[1].reject_class: 3 is not one of the reject classes: 2"),
    ("steps/1/shot", "back", "steps[1].shot: there is no shot 'back'; there are: top, side"),
    ("steps/1/fixture", "light", "steps[1].fixture: step 'light' (brightness) does not locate anything"),
    ("steps/1/fixture", "part", "steps[1].fixture: there is no step 'part'; there are: light"),
    ("steps/1/run_if/step", "lihgt", "steps[1].run_if.step: there is no step 'lihgt'; did you mean 'light'?"),
    ("steps/1/run_if/step", "holes", "steps[1].run_if.step: the steps wait for each other: holes -> holes"),
    (
        "steps/0/run_if",
        {"step": "holes", "outcome": "found"},
        "steps[0].run_if.step: the steps wait for each other: light -> holes -> light",
    ),
    ("steps/0/limits/mean/low", 200, "steps[0].limits.mean: low 200 is more than warn_low 90"),
    (
        "steps/0/limits/maen",
        {"low": 1},
        "steps[0].limits.maen: brightness does not measure 'maen'; did you mean 'mean'?; it measures: mean, min, max, "
        "std, saturated",
    ),
    (
        "steps/0/matches",
        {"text": {"rule": "text", "text": "A"}},
        "steps[0].matches.text: brightness does not read 'text'; it reads: none",
    ),
    (
        "steps/0/matches",
        {"text": {"rule": "pattern", "pattern": "("}},
        "steps[0].matches.text.pattern: '(' is not a pattern: missing ): (",
    ),
    ("steps/0/taught", "x", "steps[0].taught: brightness learns nothing"),
    ("steps/0/tool", {"type": "color_area"}, "steps[0].taught: is missing: color_area has to be taught, under a name"),
    ("steps/0/regions/0/width", 0, "steps[0].regions[0].width: 0 is not more than 0"),
    ("steps/1/masks/0/points", [[1, 1]], "steps[1].masks[0].points: has 1 entries, at least 3 are needed"),
    ("steps/0/name", "a.b", "steps[0].name: 'a.b'"),
    ("shots/1/name", "top", "shots[1].name: shot 'top' is used already, by shots[0].name"),
    ("shots", [], "shots: has 0 entries, at least 1 are needed"),
    ("job", 65536, "job: 65536 is more than 65535"),
    ("job", ..., "job: is missing"),
    ("format", 2, "format: 2 is not 1"),
    ("combine/n", 3, "combine.n: 3 is more than the 2 steps there are"),
    ("combine", {"rule": "weights", "pass_at": 2.5}, "combine.pass_at: 2.5 is more than all weights together, 2"),
    ("combine", {"rule": "most"}, "combine.rule: 'most' is unknown; known: all, any, n_of_m, weights, sort"),
    ("image/window", [9, 9], "image.window: black 9 is not below white 9"),
    ("parameters/1/offset", 1, "parameters[1].offset: register 1 belongs to 'width' already"),
    ("parameters/1/name", "width", "parameters[1].name: parameter 'width' is used already, by parameters[0].name"),
    ("taught", {"../x": {}}, "taught.../x: '../x'"),
]


@pytest.mark.parametrize(("path", "value", "problem"), CASES, ids=[f"{c[0]}={c[1]}"[:50] for c in CASES])
def test_each_problem_has_its_place_and_value(tmp_path: Path, path: str, value: Any, problem: str) -> None:
    found = problems(tmp_path / "r", changed(path, value))
    assert any(line.startswith(f"{FILE}: {problem}") for line in found), found


def test_all_problems_come_at_once_also_of_different_kinds(tmp_path: Path) -> None:
    data = changed("job", 0)
    data["steps"][0]["limits"]["mean"]["low"] = 999
    data["steps"][1]["shot"] = "back"
    data["steps"].append({"name": "third", "tool": {"type": "brightness"}, "slot": 1})
    found = problems(tmp_path / "r", data)
    assert [line.split(":")[1].strip() for line in found] == [
        "job",
        "steps[0].limits.mean",
        "steps[2].slot",
        "steps[1].shot",
    ]


def test_a_step_that_cannot_be_read_is_still_there_for_others(tmp_path: Path) -> None:
    found = problems(tmp_path / "r", changed("steps/0/slot", "one"))
    assert len(found) == 1
    assert found[0].startswith("recipe.json: steps[0].slot")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "recipe.json: line 1 column 1: is no JSON: Expecting value"),
        ('{\n"job": 1\n"name": 2}', "recipe.json: line 3 column 1: is no JSON: Expecting ',' delimiter"),
        ("[]", "recipe.json: the file: []"),
        ('{"job": 1, "job": 2}', "recipe.json: is no JSON: 'job' stands twice in one object"),
        ('{"job": NaN}', "recipe.json: is no JSON: NaN is not a number"),
        ("[" * 100000, "recipe.json: is no JSON"),
    ],
    ids=["empty", "comma", "list", "twice", "NaN", "deep"],
)
def test_what_is_no_recipe_at_all(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path / "r", text)[0].startswith(problem)


def test_a_folder_without_the_file(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"cannot be read: No such file"):
        load_recipe(tmp_path)


def test_a_folder_of_recipes_names_two_with_one_job(tmp_path: Path) -> None:
    written(tmp_path / "a", GOOD)
    written(tmp_path / "b", GOOD)
    written(tmp_path / "c", changed("job", 0))
    (tmp_path / "notes").mkdir()
    assert check_folder(tmp_path) == [
        "b/recipe.json: job: 7 is used already, by a/recipe.json",
        "c/recipe.json: job: 0 is less than 1",
    ]


def taught_recipe(folder: Path, **entry: Any) -> dict[str, Any]:
    folder.mkdir()
    digest = save_taught(folder, "red", Taught(arrays={"colours": np.zeros((1, 3), np.float32)}), "color_area", 1)
    data = changed("steps/0", {"name": "cap", "tool": {"type": "color_area"}, "taught": "red"})
    data["steps"][1]["run_if"] = None
    data["taught"] = {"red": {"tool": "color_area", "tool_version": 1, "sha256": digest} | entry}
    return data


def test_taught_data_that_fits_is_no_problem(tmp_path: Path) -> None:
    data = taught_recipe(tmp_path / "r")
    assert load_recipe(written(tmp_path / "r", data)).taught["red"].tool == "color_area"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"tool_version": 2}, "steps[0].taught: 'red' was taught to version 2 of color_area, this is version 1"),
        ({"tool": "locate"}, "steps[0].taught: 'red' was taught to locate, not to color_area"),
        ({"sha256": "0" * 64}, "taught.red: taught data taught/red/0000000000000000 is missing"),
    ],
)
def test_taught_data_of_another_kind(tmp_path: Path, entry: dict[str, Any], problem: str) -> None:
    found = problems(tmp_path / "r", taught_recipe(tmp_path / "r", **entry))
    assert found[0].startswith(f"recipe.json: {problem}"), found


def test_taught_data_that_somebody_changed(tmp_path: Path) -> None:
    data = taught_recipe(tmp_path / "r")
    file = next((tmp_path / "r").rglob("*.npy"))
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    assert "its hash does not match" in problems(tmp_path / "r", data)[0]


def test_a_step_that_was_never_taught_may_be_loaded_to_be_taught(tmp_path: Path) -> None:
    data = changed("steps/0", {"name": "light", "tool": {"type": "color_area"}, "taught": "red"})
    assert problems(tmp_path / "r", data) == ("recipe.json: steps[0].taught: 'red' was never taught; teach this step",)
    assert load_recipe(tmp_path / "r", taught=False).steps[0].taught == "red"


def test_the_plc_numbers_are_typed_by_the_recipe() -> None:
    from vision.frame import Inputs

    recipe = Recipe.model_validate_json(json.dumps(GOOD))
    words = (0x3FC0, 0x0000, 0xFFFF, 0xFFFE)
    assert recipe.parameter_values(Inputs(parameters=words)) == {"width": 1.5, "kind": -2}
    assert recipe.parameter_values(Inputs()) == {"width": 0.0, "kind": 0}
