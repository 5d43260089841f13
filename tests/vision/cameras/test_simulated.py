"""The simulated camera: a production line with the truth about each part, and a camera that can be lost."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

import vision
from vision.cameras import SimulatedCamera, SimulatedSettings, make_camera
from vision.cameras.bracket import BRACKET, DefectKind, ProductionLine
from vision.cameras.faults import Spoiled
from vision.errors import CameraError
from vision.frame import Frame, Shot

ONE = (Shot(),)


def soon() -> int:
    return time.monotonic_ns() + 5_000_000_000


def opened(**settings: float) -> SimulatedCamera:
    camera = SimulatedCamera(SimulatedSettings.model_validate(settings))
    camera.open()
    return camera


def take(camera: SimulatedCamera, count: int = 1) -> list[Frame]:
    return [camera.acquire(ONE, soon()).first for _ in range(count)]


def read(frame: Frame) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(frame.image)]


@pytest.fixture
def camera() -> SimulatedCamera:
    return opened()


def test_make_camera_gives_a_simulated_one_by_default() -> None:
    camera = make_camera(SimulatedSettings())
    assert camera.simulated


def test_the_same_seed_makes_the_same_parts_and_pixels() -> None:
    first, second = take(opened(seed=5), 3), take(opened(seed=5), 3)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.image, b.image)
    assert not np.array_equal(first[0].image, take(opened(seed=6))[0].image)


def test_another_process_draws_the_same_parts_and_pixels() -> None:
    draw = (
        "import time, zlib\n"
        "from vision.cameras import SimulatedCamera, SimulatedSettings\n"
        "from vision.frame import Shot\n"
        "camera = SimulatedCamera(SimulatedSettings(seed=7, defect_rate=0.5)); camera.open()\n"
        "frames = [camera.acquire([Shot()], time.monotonic_ns() + 10**10).first for _ in range(6)]\n"
        "print([(f.label, zlib.crc32(f.image.tobytes())) for f in frames])"
    )
    root = Path(vision.__file__).parents[1]
    said = [
        subprocess.run(
            [sys.executable, "-c", draw],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for seed in ("1", "2")
    ]
    assert said[0].stdout.startswith("[('"), said[0].stderr
    assert said[0].stdout == said[1].stdout


def test_previews_do_not_change_what_comes(camera: SimulatedCamera) -> None:
    disturbed = opened()
    for _ in range(3):
        disturbed.preview()
    assert np.array_equal(take(camera)[0].image, take(disturbed)[0].image)


def test_a_frame_is_grey_read_only_and_stamped_after_the_request(camera: SimulatedCamera) -> None:
    requested_ns = time.monotonic_ns()
    frame = take(camera)[0]
    assert (frame.image.shape, frame.image.dtype) == ((960, 1280), np.dtype(np.uint8))
    assert requested_ns <= frame.exposed_at_ns <= time.monotonic_ns()
    assert abs(frame.acquired_at_us - time.time() * 1e6) < 5e6
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0] = 1


def test_every_trigger_shows_the_next_part_and_the_code_says_which() -> None:
    clean = opened(defect_rate=0)
    frames = take(clean, 12)
    parts = [clean.truth(frame.frame_id) for frame in frames]
    assert [part.index for part in parts] == list(range(12))
    assert [read(frame) for frame in frames] == [[part.code] for part in parts]
    assert [frame.label for frame in frames] == [part.serial for part in parts]


def test_a_code_can_be_read_exactly_when_it_is_neither_smudged_nor_dark() -> None:
    camera = opened(defect_rate=1, seed=3)
    kinds = set()
    for frame in take(camera, 70):
        part = camera.truth(frame.frame_id)
        unreadable = part.has(DefectKind.SMUDGED_CODE) or part.has(DefectKind.DARK_FRAME)
        assert read(frame) == ([] if unreadable else [part.code]), part
        kinds |= {defect.kind for defect in part.defects}
    assert kinds == set(DefectKind)


def test_the_defect_rate_is_kept() -> None:
    line = ProductionLine(seed=1, defect_rate=0.25)
    bad = sum(not line.part(index).good for index in range(4000))
    assert 900 < bad < 1100
    assert all(ProductionLine(seed=1, defect_rate=0).part(index).good for index in range(200))


def widths_px(frame: Frame, camera: SimulatedCamera) -> list[float]:
    """Width of each pin at its shank, from the frame, by the truth's placement."""
    matrix = camera.truth(frame.frame_id).placement.matrix
    upright = cv2.warpAffine(frame.image, matrix, (1280, 960), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    widths = []
    for centre in BRACKET.pins.centres:
        y = int(BRACKET.pins.shank_y)
        row = upright[y - 4 : y + 5, int(centre) - 45 : int(centre) + 46].mean(axis=0)
        share = np.clip((row - row.min()) / (row.max() - row.min()), 0, 1)
        dark = share < 0.5
        left, right = int(dark.argmax()), len(dark) - 1 - int(dark[::-1].argmax())
        before = (share[left - 1] - 0.5) / (share[left - 1] - share[left])
        after = (0.5 - share[right]) / (share[right + 1] - share[right])
        widths.append(right + after - (left - 1 + before))
    return widths


def test_geometry_and_placement_are_where_the_truth_says() -> None:
    clean = opened(defect_rate=0, jitter_px=12, rotation_deg=5)
    for frame in take(clean, 6):
        pins = clean.truth(frame.frame_id).pins
        assert widths_px(frame, clean) == pytest.approx([pin.width for pin in pins], abs=0.6)


def test_a_thin_pin_is_thin() -> None:
    camera = opened(defect_rate=1, seed=3)
    found = 0
    for frame in take(camera, 40):
        part = camera.truth(frame.frame_id)
        for defect in part.defects:
            if defect.kind is DefectKind.THIN_PIN:
                width = widths_px(frame, camera)[defect.place]
                assert 22.5 < width < 29
                assert width == pytest.approx(part.pins[defect.place].width, abs=0.6)
                found += 1
    assert found


@pytest.mark.parametrize(
    ("kind", "light"),
    [
        pytest.param(DefectKind.MISSING_PIN, True, id="light table where the pin was"),
        pytest.param(DefectKind.SHORT_PIN, True, id="light table where the tip was"),
        pytest.param(DefectKind.BLOCKED_HOLE, False, id="dark where light came through"),
    ],
)
def test_a_defect_shows_at_its_place(kind: DefectKind, light: bool) -> None:
    line = ProductionLine(seed=3, defect_rate=1, jitter_px=0, rotation_deg=0)
    camera = opened(defect_rate=1, seed=3, jitter_px=0, rotation_deg=0)
    camera._next = next(i for i in range(100) if line.part(i).has(kind))
    frame = take(camera)[0]
    place = next(defect.place for defect in camera.truth(frame.frame_id).defects if defect.kind is kind)
    x, y = BRACKET.pins.centres[place], BRACKET.pins.tip - 8
    if kind is DefectKind.BLOCKED_HOLE:
        x, y = BRACKET.small_holes[place].x, BRACKET.small_holes[place].y
    grey = frame.image[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5].mean()
    assert bool(grey > 150) is light


def test_noise_is_as_set() -> None:
    still = {"defect_rate": 0, "jitter_px": 0, "rotation_deg": 0, "light_drift": 0}
    camera = opened(noise_grey=3, **still)
    camera.acquire(ONE, soon())
    first, second = camera.preview().image.astype(float), camera.preview().image.astype(float)
    difference = (first - second)[20:120, 200:900]
    assert difference.std() / np.sqrt(2) == pytest.approx(3, rel=0.1)


def test_exposure_and_gain_of_a_shot_change_the_brightness() -> None:
    clean = opened(defect_rate=0)
    shots = (Shot(), Shot("half", exposure_us=2000), Shot("gain", exposure_us=2000, gain_db=6.0206))
    frames = clean.acquire(shots, soon()).frames
    grey = {name: frame.image.mean() for name, frame in frames.items()}
    assert grey["half"] == pytest.approx(grey["default"] / 2, abs=2)
    assert grey["gain"] == pytest.approx(grey["default"], abs=2)
    assert (frames["gain"].exposure_us, frames["default"].exposure_us) == (2000, 4000)
    assert len({clean.truth(frame.frame_id).index for frame in frames.values()}) == 1


def test_preview_shows_the_part_that_lies_there_under_fresh_noise(camera: SimulatedCamera) -> None:
    before = camera.truth(camera.preview().frame_id)
    triggered = take(camera)[0]
    live = camera.preview(), camera.preview()
    assert before.index == camera.truth(triggered.frame_id).index == camera.truth(live[1].frame_id).index == 0
    assert not np.array_equal(live[0].image, live[1].image)
    assert camera.truth(take(camera)[0].frame_id).index == 1


def test_unplugged_it_is_lost_and_comes_back_when_opened(camera: SimulatedCamera) -> None:
    take(camera)
    camera.unplug()
    with pytest.raises(CameraError, match="unplugged"):
        take(camera)
    with pytest.raises(CameraError, match="unplugged"):
        camera.open()
    camera.plug()
    with pytest.raises(CameraError, match="not open"):
        take(camera)
    camera.open()
    frame = take(camera)[0]
    assert frame.frame_id == 1
    assert camera.truth(1).index == 3  # the parts that nobody looked at have gone by


def test_unplugged_during_an_exposure_the_trigger_gets_an_error(camera: SimulatedCamera) -> None:
    camera.faults.stalled = True
    errors: list[Exception] = []

    def trigger() -> None:
        try:
            camera.acquire(ONE, soon())
        except CameraError as exc:
            errors.append(exc)

    line = threading.Thread(target=trigger)
    line.start()
    camera.unplug()
    camera.faults.stalled = False
    line.join(10)
    assert "unplugged" in str(errors[0])


def test_a_stall_beyond_the_deadline_is_an_error(camera: SimulatedCamera) -> None:
    camera.faults.stalled = True
    timer = threading.Timer(0.05, lambda: setattr(camera.faults, "stalled", False))
    timer.start()
    with pytest.raises(CameraError, match="acquisition limit"):
        camera.acquire(ONE, time.monotonic_ns() + 1_000_000)
    timer.join()


def test_frozen_frames_are_noticed_at_the_third(camera: SimulatedCamera) -> None:
    take(camera)
    camera.faults.frozen = True
    take(camera)
    with pytest.raises(CameraError, match="frozen: 3 frames in a row"):
        take(camera)
    camera.faults.frozen = False
    take(camera)


def test_frames_from_before_the_trigger_are_not_taken(camera: SimulatedCamera) -> None:
    take(camera)
    camera.faults.stale_frames = 3
    requested_ns = time.monotonic_ns()
    frame = take(camera)[0]
    assert frame.exposed_at_ns >= requested_ns
    assert camera.truth(frame.frame_id).index == 1
    assert camera.faults.stale_frames == 0


def test_another_image_format_is_an_error_never_resized(camera: SimulatedCamera) -> None:
    take(camera)
    camera.faults.mode = (640, 480)
    with pytest.raises(CameraError, match="image format changed from 1280 x 960 px, 1 channel, 8 bits to 640 x 480"):
        take(camera)


@pytest.mark.parametrize(
    ("how", "low", "high"), [(Spoiled.BLACK, 0, 3), (Spoiled.WHITE, 255, 255), (Spoiled.TORN, 60, 130)]
)
def test_spoiled_frames_come_as_they_are(camera: SimulatedCamera, how: Spoiled, low: int, high: int) -> None:
    camera.faults.spoiled = how
    assert all(low <= frame.image.mean() <= high for frame in take(camera, 4))


def test_a_preview_may_try_an_exposure_and_gain_and_moves_no_part_on(camera: SimulatedCamera) -> None:
    before = take(camera)[0]
    bright, louder = camera.preview(Shot(exposure_us=6000)), camera.preview(Shot(gain_db=3.0))
    assert bright.exposure_us == 6000
    assert bright.image.mean() > before.image.mean() * 1.2
    assert louder.image.mean() > before.image.mean() * 1.2
    assert bright.label == louder.label == before.label
    assert camera.preview().exposure_us == 4000
