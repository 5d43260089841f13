"""A draft is tried on an image: what is found, what is left out, and what is not done again."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
import pytest

from service.bench import wire
from service.bench.process import Worker, serve

SHAPE = (200, 300)


def region(x: float, y: float, width: float = 60, height: float = 40) -> dict[str, Any]:
    return {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height}


def light(name: str, x: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "tool": {"type": "brightness"}, "regions": [region(x, 20)]} | more


BAR = {"name": "bar", "tool": {"type": "caliper"}, "regions": [region(100, 90, 80, 20)]}
CONTENT: dict[str, Any] = {"job": 1, "name": "plate", "steps": [light("left", 10), BAR, light("right", 200)]}


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A bright bar from 120 to 160 on grey."""
    picture = np.full(SHAPE, 60, np.uint8)
    picture[:, 120:160] = 200
    cv2.imwrite(str(tmp_path / "part.png"), picture)
    return tmp_path / "part.png"


class Editor:
    """Asks one worker after another change."""

    def __init__(self, image: Path) -> None:
        self._worker, self._image = Worker(), image

    def layer(self, content: Any, step: str, layer: str, region: int = 0) -> tuple[Any, Any]:
        """What is said of it, and the image."""
        asked = {"folder": str(self._image.parent), "recipe": content, "image": {"path": str(self._image)}}
        message = self._worker.answered(asked | {"layer": {"step": step, "layer": layer, "region": region}})
        size, _ = wire.HEAD.unpack(message[: wire.HEAD.size])
        body, data = message[wire.HEAD.size :][:size], message[wire.HEAD.size + size :]
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
        return orjson.loads(body), image

    def __call__(self, content: Any, **more: Any) -> Any:
        asked = {"folder": str(self._image.parent), "recipe": content, "image": {"path": str(self._image)}} | more
        message = self._worker.answered(asked)
        size, _ = wire.HEAD.unpack(message[: wire.HEAD.size])
        return orjson.loads(message[wire.HEAD.size :][:size])


@pytest.fixture
def editor(image: Path) -> Editor:
    return Editor(image)


def steps(trial: Any) -> dict[str, Any]:
    return {step["name"]: step for step in trial["steps"]}


def test_what_is_found_and_drawn(editor: Editor) -> None:
    trial = editor(CONTENT | {"steps": [light("left", 10, limits={"mean": {"low": 100}}), BAR]})
    assert (trial["judgement"], trial["width"], trial["height"], trial["faults"]) == ("FAIL", 300, 200, [])
    left, bar = steps(trial)["left"], steps(trial)["bar"]
    assert (left["judgement"], left["status"], round(left["value"]), left["low"]) == ("FAIL", 5, 60, 100)
    assert "60" in trial["message"]
    assert bar["value"] == pytest.approx(40, abs=0.1)
    assert {one["name"] for one in bar["measurements"]} >= {"width", "position", "contrast", "edges"}
    assert {one["step"] for one in trial["overlays"]} == {"left", "bar"}


def test_only_what_was_changed_is_done_again(editor: Editor) -> None:
    assert not any(step["reused"] for step in editor(CONTENT)["steps"])
    assert all(step["reused"] for step in editor(CONTENT)["steps"])
    moved = editor(
        CONTENT | {"steps": [light("left", 10), BAR | {"regions": [region(110, 90, 80, 20)]}, light("right", 200)]}
    )
    assert [step["name"] for step in moved["steps"] if not step["reused"]] == ["bar"]
    assert steps(moved)["bar"]["measurements"][1]["value"] == pytest.approx(30, abs=0.1), "to the middle"
    window = editor(CONTENT | {"image": {"window": [0, 128]}})
    assert not any(step["reused"] for step in window["steps"]), "all see other pixels"


def test_what_depends_on_a_change_is_done_again(editor: Editor) -> None:
    line = {"name": "line", "tool": {"type": "line_fit"}, "regions": [region(100, 40, 40, 80)]}
    far = {"name": "far", "tool": {"type": "distance", "a": "centre", "line": "line"}}
    centre = {"name": "centre", "tool": {"type": "midpoint", "a": "bar.centre", "b": "bar.centre"}}
    content = CONTENT | {"steps": [BAR, line, centre, far, light("left", 10)]}
    assert editor(content)["faults"] == []
    moved = BAR | {"regions": [region(105, 95, 80, 20)]}
    again = editor(content | {"steps": [moved, line, centre, far, light("left", 10)]})
    assert {step["name"] for step in again["steps"] if step["reused"]} == {"line", "left"}


def test_only_the_steps_that_are_asked_for_with_what_they_need(editor: Editor) -> None:
    needs = light("right", 200, run_if={"step": "left", "outcome": "passed"})
    trial = editor(CONTENT | {"steps": [light("left", 10), BAR, needs]}, steps=["right"])
    assert list(steps(trial)) == ["left", "right"]
    assert trial["judgement"] is None


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        pytest.param({"name": "x", "tool": {"type": "brightness"}, "slot": 99}, "/steps/3/slot", id="value"),
        pytest.param({"name": "x", "tool": {"type": "nothing"}}, "/steps/3/tool/type", id="no such tool"),
        pytest.param(light("x", 5, fixture="nowhere"), "/steps/3/fixture", id="reference"),
        pytest.param(light("left", 5), "/steps/3/name", id="name"),
        pytest.param(
            {"name": "x", "tool": {"type": "golden_template"}, "taught": "x", "regions": [region(5, 5)]},
            "/steps/3/taught",
            id="not taught",
        ),
        pytest.param("no step", "/steps/3", id="no object"),
    ],
)
def test_a_step_that_is_wrong_does_not_hide_the_others(editor: Editor, step: Any, pointer: str) -> None:
    trial = editor(CONTENT | {"steps": [*CONTENT["steps"], step]})
    assert pointer in {one["pointer"] for one in trial["faults"]}
    assert list(steps(trial)) == ["left", "bar", "right"]
    assert trial["judgement"] is None


def test_what_needs_a_step_that_is_wrong_is_left_out_with_it(editor: Editor) -> None:
    wrong = light("left", 10, slot=99)
    needs = light("right", 200, run_if={"step": "left", "outcome": "passed"})
    trial = editor(CONTENT | {"steps": [wrong, BAR, needs]})
    assert list(steps(trial)) == ["bar"]
    missing = {"name": "print", "tool": {"type": "golden_template"}, "taught": "print", "regions": [region(5, 5)]}
    entry = {"print": {"tool": "golden_template", "tool_version": 1, "sha256": "0" * 64}}
    after = light("right", 200, run_if={"step": "print", "outcome": "passed"})
    trial = editor(CONTENT | {"steps": [missing, BAR, after], "taught": entry})
    assert {one["pointer"]: one["message"] for one in trial["faults"]}["/steps/2"].startswith("it needs step 'print'")
    assert list(steps(trial)) == ["bar"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"steps": [1, None, [], {"name": {}}]},
        {"job": "x", "name": 5, "steps": {"a": 1}},
        {"job": 1, "name": "x", "steps": [light("a", 10, regions=[region(0, 0, 1e300, 1e300)])]},
        {"job": 1, "name": "x", "steps": [light("a", 10, regions=[region(5, 5, 0, -1)])]},
        {"job": 1, "name": "x", "steps": [light("a", 10, preprocessing=[{"filter": "gaussian", "sigma_px": 1e9}])]},
        {
            "job": 1,
            "name": "x",
            "steps": [light(f"a{i}", 10, run_if={"step": f"a{i - 1}", "outcome": "passed"}) for i in range(60)],
        },
        {"job": 1, "name": "x", "combine": {"rule": "nothing"}, "groups": 5, "steps": [light("a", 10)]},
    ],
    ids=range(8),
)
def test_a_hostile_content_is_answered(editor: Editor, content: Any) -> None:
    trial = editor(content)
    assert trial.get("judgement") != "PASS" or not trial["faults"]
    assert editor(CONTENT)["judgement"] == "PASS", "and the next one is tried"


def test_images_that_cannot_be_read(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no image")
    assert editor(CONTENT, image={"path": str(tmp_path / "text.png")})["refused"]
    assert editor(CONTENT, image={"path": str(tmp_path / "gone.png")})["refused"]
    assert "no reference" in editor(CONTENT, image={"reference": "good"})["refused"]


def test_an_image_that_no_tool_is_to_look_at(editor: Editor) -> None:
    trial = editor(CONTENT | {"image": {"width": 640}})
    assert "640" in trial["message"]
    assert [step["judgement"] for step in trial["steps"]] == ["ERROR"] * 3


def test_requests_one_after_another_until_nobody_asks(image: Path) -> None:
    asked = {"folder": str(image.parent), "recipe": CONTENT, "image": {"path": str(image)}}
    out = io.BytesIO()
    serve(io.BytesIO(wire.packed(asked) * 2 + b"\0"), out)
    out.seek(0)
    assert [wire.read(out)["judgement"], wire.read(out)["judgement"], wire.read(out)] == ["PASS", "PASS", None]


def test_what_the_tool_sees_lies_where_its_region_is(editor: Editor) -> None:
    said, image = editor.layer(CONTENT, "bar", "seen")
    assert (image.shape, said["transform"]) == ((20, 80), [1, 0, 100, 0, 1, 90])
    assert (image[:, :20] == 60).all()
    assert (image[:, 20:60] == 200).all()
    _, steep = editor.layer(CONTENT, "bar", "gradient")
    assert (steep[:, 19:21] > 200).all()
    assert (steep[:, 30:50] == 0).all()


def test_layers_of_a_tool_of_a_turned_region_and_of_a_ring(editor: Editor) -> None:
    blobs = {"name": "blobs", "tool": {"type": "blob_count"}, "regions": [region(100, 20)]}
    turned = BAR | {"name": "turned", "regions": [region(100, 90, 80, 20) | {"angle_deg": 90}]}
    ring = {"kind": "ring_sector", "x": 140, "y": 100, "inner": 20, "outer": 40, "start_deg": 0, "sweep_deg": 90}
    content = CONTENT | {"steps": [blobs, turned, light("ring", 10, regions=[ring])]}
    said, image = editor.layer(content, "blobs", "blobs")
    assert (image.shape, said["transform"]) == ((40, 60), [1, 0, 100, 0, 1, 20])
    assert image[20, 40] == 255
    assert image[20, 10] == 0
    everywhere = CONTENT | {"steps": [{"name": "all", "tool": {"type": "area"}}]}
    said, image = editor.layer(everywhere, "all", "area")
    assert (image.shape, said["transform"]) == (SHAPE, [1, 0, 0, 0, 1, 0])
    said, image = editor.layer(content, "turned", "seen")
    assert image.shape == (20, 80)
    assert said["transform"][:2] == pytest.approx([0, 1], abs=1e-9)
    said, image = editor.layer(content, "ring", "seen")
    assert said["transform"] is None
    assert image.shape[0] == 20


@pytest.mark.parametrize(
    ("step", "layer", "region_", "words"),
    [
        ("bar", "heat", 0, "no layer 'heat'"),
        ("bar", "seen", 3, "no region 4"),
        ("nobody", "seen", 0, "no such step"),
        ("far", "seen", 0, "outside of the frame"),
    ],
)
def test_layers_that_are_not_there(editor: Editor, step: str, layer: str, region_: int, words: str) -> None:
    content = CONTENT | {"steps": [BAR, light("far", 4000)]}
    assert words in editor.layer(content, step, layer, region_)[0]["refused"]


def test_values_over_images_are_kept_until_something_but_limits_changes(editor: Editor, tmp_path: Path) -> None:
    images = []
    for level in (50, 90, 130):
        cv2.imwrite(str(tmp_path / f"{level}.png"), np.full(SHAPE, level, np.uint8))
        images.append({"path": str(tmp_path / f"{level}.png")})
    content = CONTENT | {"steps": [light("left", 10), BAR]}

    def asked(content: Any, images: Any = images, step: str = "left") -> Any:
        told = editor(content, values=step, images=images)
        while told["found"] is not None and None in told["found"]:
            told = editor(content, values=step, images=images)
        return told

    def means(told: Any) -> list[float]:
        return [round(one["values"]["mean"][0]) for one in told["found"]]

    assert means(asked(content)) == [50, 90, 130]
    for image in images:
        Path(image["path"]).unlink()
    limited = light("left", 10, limits={"mean": {"low": 60, "high": 100}})
    assert means(asked(CONTENT | {"steps": [limited, BAR]})) == [50, 90, 130], "kept"
    scaled = light("left", 10, limits={"mean": {"gain": 2}})
    again = asked(CONTENT | {"steps": [scaled, BAR]})
    assert [one["values"] for one in again["found"]] == [{}, {}, {}], "measured anew"
    assert all(one["message"] for one in again["found"])
    wrong = asked(CONTENT | {"steps": [light("left", 10, slot=99)]})
    assert (wrong["found"], wrong["faults"][0]["pointer"]) == (None, "/steps/0/slot")
    assert asked(content, [{"reference": "none"}])["found"][0]["message"]
