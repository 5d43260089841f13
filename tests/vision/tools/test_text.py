"""Text read with the general reader and with taught fonts."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.roi import CircleRoi, Rectangle
from vision.tool import NOT_TAUGHT, Findings, Sample, Taught, View
from vision.tools import Text

from .drawn import view

DOTS = {
    "0": "3E5149453E", "1": "00427F4000", "2": "4261514946", "4": "1814127F10", "7": "0171090503", "8": "3649494936",
    "A": "7E1111117E", "L": "7F40404040", "O": "3E4141413E", "T": "01017F0101", ".": "0060600000", "/": "2010080402",
}  # fmt: skip
PITCH = 6


def dots(text: str, radius: float = 0.38) -> np.ndarray:
    """Ink 0-1 of a dot matrix of 5 x 7, 6 px from dot to dot."""
    ink = np.zeros((11 * PITCH * 4, 6 * PITCH * 4 * len(text)), np.uint8)
    for i, character in enumerate(text):
        for column, bits in enumerate(bytes.fromhex(DOTS.get(character, "0000000000"))):
            for row in range(7):
                if bits >> row & 1:
                    centre = (4 * PITCH * (6 * i + column + 1), 4 * PITCH * (row + 2))
                    cv2.circle(ink, centre, round(4 * PITCH * radius), 255, -1, cv2.LINE_AA)
    return cv2.resize(ink, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) / 255


def print_(text: str, size: float = 1.4) -> np.ndarray:
    """Ink 0-1 of a proportional stroke font."""
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 3)
    ink = np.zeros((height + below + 24, width + 24), np.uint8)
    cv2.putText(ink, text, (12, height + 12), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 3, cv2.LINE_AA)
    return ink / 255


def shown(
    ink: np.ndarray, slope: float = 0.0, slant: float = 0.0, contrast: float = -90, ground: float = 170, at: int = 20
) -> np.ndarray:
    """On a noisy ground with a margin of `at` px, sloping and leaning, px a px."""
    ink = np.pad(ink, at)
    h, w = ink.shape
    pose = np.array([[1, slant, -slant * h / 2], [slope, 1, -slope * w / 2]])
    ink = cv2.warpAffine(ink, pose, (w, h), flags=cv2.INTER_LINEAR)
    noise = np.random.default_rng(1).normal(0, 4, ink.shape)
    image = cv2.GaussianBlur(ground + contrast * ink, (0, 0), 0.8) + noise
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def font() -> Taught:
    return Text().teach([Sample(View(shown(dots("".join(DOTS)))), ("".join(DOTS),))])


def taught(font: Taught, seen: View, **parameters: object) -> Findings:
    tool = Text.model_validate({"reader": "taught", **parameters})
    return tool.prepare(font, Calibration()).measure(seen)


def general(seen: View, **parameters: object) -> Findings:
    return Text.model_validate(parameters).prepare(NOT_TAUGHT, Calibration()).measure(seen)


def texts(findings: Findings) -> list[str]:
    return [reading.text for reading in findings.readings]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    slope=st.floats(-0.08, 0.08),
    slant=st.floats(-0.12, 0.12),
    contrast=st.sampled_from([-110, -40, 50]),
    ground=st.integers(120, 180),
)
def test_dot_matrix_is_read_however_it_slopes_leans_and_shines(
    font: Taught, slope: float, slant: float, contrast: float, ground: int
) -> None:
    assert texts(taught(font, View(shown(dots("LOT A1048"), slope, slant, contrast, ground)))) == ["LOT A1048"]


def test_what_is_read_is_measured_and_drawn_where_it_stands(font: Taught) -> None:
    image = np.full((300, 500), 170, np.uint8)
    line = shown(dots("A/7"))
    image[120 : 120 + line.shape[0], 90 : 90 + line.shape[1]] = line
    found = taught(font, view(image, Rectangle(x=80, y=110, width=200, height=130)))
    assert texts(found) == ["A/7"]
    assert found.readings[0].data == b"A/7"
    assert found.values["length"] == 3
    assert found.values["lines"] == 1
    assert 0.6 < found.values["score"] <= found.values["mean_score"] <= 1  # type: ignore[operator]
    assert found.readings[0].confidence == found.values["score"]
    for i, shape in enumerate(found.overlay):
        x, y = np.mean(shape.points, axis=0)
        assert shape.label == "A/7"[i]
        assert x == pytest.approx(90 + 20 + 36 * i + 17.5, abs=3)
        assert y == pytest.approx(120 + 20 + 30, abs=3)


def test_a_format_tells_apart_what_looks_alike(font: Taught) -> None:
    seen = View(shown(dots("LOO7O.12", radius=0.46), contrast=-60))
    assert texts(taught(font, seen)) == ["LOO7O.12"]
    assert texts(taught(font, seen, formats=["##/##", "@@##@.##"])) == ["LO07O.12"]
    assert texts(taught(font, seen, characters="LO712.")) == ["LOO7O.12"]


@pytest.mark.parametrize("tool", ["taught", "general"])
def test_nothing_to_read_is_not_found(font: Taught, tool: str) -> None:
    for image in (np.full((90, 300), 128, np.uint8), np.zeros((12, 12), np.uint8)):
        found = taught(font, View(image)) if tool == "taught" else general(View(image))
        assert not found.found
        assert found.reason == "no text found: nothing looks like a character"
    noise = np.random.default_rng(3).integers(0, 256, (90, 300)).astype(np.uint8)
    found = taught(font, View(noise)) if tool == "taught" else general(View(noise), min_score=0.6)
    assert not found.found


def test_limits_of_score_and_length(font: Taught) -> None:
    seen = View(shown(dots("A17")))
    mean = taught(font, seen).values["mean_score"]
    assert isinstance(mean, float)
    assert taught(font, seen, min_score=mean - 0.001).found
    assert (
        taught(font, seen, min_score=mean + 0.001).reason
        == f"no text found: score {mean:.2f}, {mean + 0.001:.2f} needed"
    )
    assert taught(font, seen, min_characters=3).found
    assert taught(font, seen, min_characters=4).reason == "no text found: 3 characters, 4 needed"


def test_a_proportional_font_is_taught_from_a_line() -> None:
    lines = ("ABCDEFGH", "123 4567", "IJKLM 89")
    font = Text().teach([Sample(View(shown(print_(line))), (line,)) for line in lines])
    assert font.texts["characters"] == "123456789ABCDEFGHIJKLM"
    assert font.parameters == {"reader": "taught"}
    for text in ("LIME 472",):
        assert texts(taught(font, View(shown(print_(text), slope=0.03)))) == [text]


def test_other_sizes_are_taught_and_read_in_their_own_pixels() -> None:
    line = cv2.resize(shown(print_("AB12 7C")), None, fx=2.2, fy=2.2)
    font = Text().teach([Sample(View(line), ("AB12 7C",))])
    found = taught(font, View(line))
    assert texts(found) == ["AB12 7C"]
    corners = np.array([shape.points for shape in found.overlay]).reshape(-1, 2)
    assert corners.min() > -5
    assert 0.7 * line.shape[1] < np.ptp(corners[:, 0]) < line.shape[1]


@pytest.mark.parametrize(("size", "least", "most"), [(0.5, 0.5, 1), (1.22, 0.9, 1.3), (1.6, 1, 1.6)])
def test_a_taught_font_is_read_at_other_sizes_within_the_range(
    font: Taught, size: float, least: float, most: float
) -> None:
    how = cv2.INTER_AREA if size < 1 else cv2.INTER_LINEAR
    image = cv2.resize(shown(dots("LOT A1048"), slope=0.02), None, fx=size, fy=size, interpolation=how)
    assert texts(taught(font, View(image))) != ["LOT A1048"]
    found = taught(font, View(image), scale_min=least, scale_max=most)
    assert texts(found) == ["LOT A1048"]
    corners = np.array([shape.points for shape in found.overlay]).reshape(-1, 2)
    assert np.ptp(corners[:, 0]) == pytest.approx(size * 9 * 6 * PITCH, rel=0.05)


def test_a_range_of_sizes_takes_the_taught_size_as_it_was(font: Taught) -> None:
    seen = View(shown(dots("A07.28")))
    narrow, wide = taught(font, seen), taught(font, seen, scale_min=0.9, scale_max=1.1)
    assert texts(wide) == texts(narrow)
    assert wide.values["mean_score"] == pytest.approx(narrow.values["mean_score"], abs=0.02)
    assert not taught(font, View(np.full((60, 300), 90, np.uint8)), scale_min=0.9, scale_max=1.1).found


def test_the_widest_characters_of_a_proportional_font_may_be_of_any_width() -> None:
    for size in (1.3, 1.45):  # the cells are cut where they are rounded up and down
        line = shown(print_("WIM1", size))
        assert texts(taught(Text().teach([Sample(View(line), ("WIM1",))]), View(line))) == ["WIM1"]


def test_what_is_taught_on_top_is_known_as_well(font: Taught) -> None:
    more = Text().teach([Sample(View(shown(dots("LOT"))), ("LOT",))], font)
    assert more.texts["characters"] == font.texts["characters"]
    of = more.texts["characters"]
    assert [int(more.array("counts")[of.index(c)]) for c in "LOT7"] == [2, 2, 2, 1]
    assert texts(taught(more, View(shown(dots("LOT 24"))))) == ["LOT 24"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        pytest.param("", "the label of a sample is its text", id="none"),
        pytest.param("ABCD", "3 characters are to be seen, 'ABCD' has 4", id="other"),
    ],
)
def test_a_label_that_does_not_fit_is_refused(label: str, words: str) -> None:
    with pytest.raises(TeachError, match=words):
        Text().teach([Sample(View(shown(print_("I1 W"))), (label,))])


def test_samples_without_text_are_refused() -> None:
    with pytest.raises(TeachError, match="sample 1: no text is to be seen"):
        Text().teach([Sample(View(np.full((50, 90), 90, np.uint8)), ("AB",))])
    with pytest.raises(TeachError, match="nothing to learn from"):
        Text().teach([])
    with pytest.raises(TeachError, match="2 labels for 1 regions"):
        Text().teach([Sample(View(shown(print_("A"))), ("A", "B"))])


def test_the_general_reader_needs_no_teaching() -> None:
    found = general(View(shown(print_("EXP 24/08/2027"), slope=0.05)))
    assert texts(found) == ["EXP 24/08/2027"]
    assert found.values["length"] == 13
    assert len(found.overlay) == 13
    left = [min(x for x, _ in shape.points) for shape in found.overlay]
    assert left == sorted(left)
    assert texts(general(View(shown(print_("EXP 24/08/2027"))), formats=["@@@ ##/##/####"])) == ["EXP 24/08/2027"]
    light = View(shown(print_("LOT 7412"), contrast=80, ground=90))
    assert texts(general(light, polarity="light")) == ["LOT 7412"]


@pytest.mark.parametrize("reader", ["taught", "general"])
def test_lines_and_regions_are_readings_of_their_own(font: Taught, reader: str) -> None:
    first, second = (dots("LOT 14"), dots("A07.28")) if reader == "taught" else (print_("LOT 14"), print_("A07.28"))
    width = max(first.shape[1], second.shape[1])
    ink = np.vstack([np.pad(one, ((0, 8), (0, width - one.shape[1]))) for one in (first, second)])
    image = shown(ink)
    both = taught(font, View(image), lines=2) if reader == "taught" else general(View(image), lines=2)
    assert texts(both) == ["LOT 14", "A07.28"]
    assert both.values["lines"] == 2
    half = 20 + first.shape[0]
    regions = [
        Rectangle(x=0, y=y, width=image.shape[1], height=h) for y, h in ((half, image.shape[0] - half), (0, half))
    ]
    seen = view(image, *regions)
    found = taught(font, seen) if reader == "taught" else general(seen)
    assert texts(found) == ["A07.28", "LOT 14"]
    for shapes in (both.overlay, (*found.overlay[6:], *found.overlay[:6])):  # upper line first
        middle = [float(np.mean(shape.points, axis=0)[1]) for shape in shapes]
        assert "".join(shape.label for shape in shapes) == "LOT14A07.28"
        assert max(middle[:5]) < half < min(middle[5:])


def test_grey_colour_and_sixteen_bits_are_read_alike(font: Taught) -> None:
    image = shown(dots("LOT 14"))
    grey = taught(font, View(image))
    colour = taught(font, View(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)))
    deep = taught(font, View(image.astype(np.uint16) * 257, full_scale=65535))
    assert texts(grey) == texts(colour) == texts(deep) == ["LOT 14"]
    assert grey.values == deep.values


def test_what_lies_outside_of_the_region_is_not_read(font: Taught) -> None:
    image = shown(dots("14"))
    h, w = image.shape
    circle = CircleRoi(x=w / 2, y=h / 2, radius=48)
    image[:6], image[-6:] = 0, 255
    assert texts(taught(font, view(image, circle))) == ["14"]


def test_the_same_image_gives_the_same_bits(font: Taught) -> None:
    seen = View(shown(dots("LOT 14")))
    assert taught(font, seen).values == taught(font, seen).values


def test_without_what_it_needs_it_says_so(font: Taught) -> None:
    with pytest.raises(ToolError, match="teach this step"):
        Text(reader="taught").prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="teach this step"):
        Text(reader="taught").measure(View(shown(dots("1"))))
    with pytest.raises(ToolError, match="taught data does not fit"):
        Text(reader="taught").prepare(
            Taught({**font.arrays, "scale": np.array(np.nan)}, texts=font.texts), Calibration()
        )
    with pytest.raises(ToolError, match="none of the characters 'xyz' was taught"):
        taught(font, View(shown(dots("1"))), characters="xyz")
    with pytest.raises(ToolError, match=r"format '#Z': no character that may stand at place 2 was taught"):
        taught(font, View(shown(dots("1"))), formats=["#Z"])
    with pytest.raises(ValueError, match="ends in a backslash"):
        Text(formats=("##\\",))


def test_regions_of_the_wrong_size_are_errors(font: Taught) -> None:
    image = shown(dots("LOT 14"))
    with pytest.raises(ToolError, match="the region is 4 x 50 px, at least 8 x 8"):
        taught(font, view(image, Rectangle(x=3, y=3, width=4, height=50)))
    with pytest.raises(ToolError, match="1 x 1 px"):
        general(View(np.zeros((1, 1), np.uint8)))
    with pytest.raises(ToolError, match="too large for characters"):
        taught(font, View(np.zeros((2000, 2000), np.uint8)))


@pytest.mark.parametrize("reader", ["taught", "general"])
def test_its_time_limit_ends_it(font: Taught, reader: str) -> None:
    seen = View(shown(dots("LOT 14")), deadline_ns=0)
    with pytest.raises(ToolError, match="time limit"):
        _ = taught(font, seen) if reader == "taught" else general(seen)
