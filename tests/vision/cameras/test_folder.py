"""A folder of images instead of a camera."""

import os
import struct
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.cameras import FolderCamera, FolderSettings
from vision.cameras.image_header import image_size
from vision.errors import CameraError, FrameError
from vision.frame import Frame, Shot

ONE = (Shot(),)


def soon() -> int:
    return time.monotonic_ns() + 5_000_000_000


def grey(value: int) -> np.ndarray:
    return np.full((24, 32), value, np.uint8)


def camera_of(folder: Path, **settings: object) -> FolderCamera:
    camera = FolderCamera(FolderSettings.model_validate({"path": folder, **settings}))
    camera.open()
    return camera


def take(camera: FolderCamera) -> Frame:
    return camera.acquire(ONE, soon()).first


def test_images_come_by_name_as_people_count_and_round_again(tmp_path: Path) -> None:
    for name in ("part10.png", "part2.png", "Part1.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    camera = camera_of(tmp_path)
    assert [take(camera).label for _ in range(4)] == ["Part1.png", "part2.png", "part10.png", "Part1.png"]


def test_without_loop_it_ends_with_the_last(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), grey(7))
    camera = camera_of(tmp_path, loop=False)
    take(camera)
    with pytest.raises(FrameError, match="all 1 images have been shown"):
        take(camera)


def test_images_that_come_while_it_runs_are_shown_in_the_next_round(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "2.png"), grey(7))
    camera = camera_of(tmp_path)
    assert take(camera).label == "2.png"
    cv2.imwrite(str(tmp_path / "1.png"), grey(7))
    cv2.imwrite(str(tmp_path / "3.png"), grey(7))
    assert [take(camera).label for _ in range(3)] == ["1.png", "2.png", "3.png"]
    (tmp_path / "2.png").unlink()
    assert [take(camera).label for _ in range(3)] == ["1.png", "3.png", "1.png"]


def test_without_loop_images_that_come_later_are_shown_after_the_last(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "5.png"), grey(7))
    camera = camera_of(tmp_path, loop=False)
    take(camera)
    with pytest.raises(FrameError, match="all 1 images"):
        take(camera)
    for name in ("4.png", "6.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    assert [take(camera).label for _ in range(2)] == ["4.png", "6.png"]
    with pytest.raises(FrameError, match="all 3 images"):
        take(camera)


def test_a_folder_that_was_emptied_is_a_lost_camera(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), grey(7))
    camera = camera_of(tmp_path)
    take(camera)
    (tmp_path / "1.png").unlink()
    with pytest.raises(CameraError, match="no image matches"):
        take(camera)


def test_the_pattern_chooses_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("a_test.png", "a_temp.png", "b_test.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    (tmp_path / "notes_test.txt").write_text("no image")
    camera = camera_of(tmp_path, pattern="*_test*")
    assert [take(camera).label for _ in range(3)] == ["a_test.png", "b_test.png", "a_test.png"]


def test_opened_again_it_goes_on_where_it_stood(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    camera = camera_of(tmp_path)
    take(camera)
    camera.close()
    camera.open()
    assert take(camera).label == "2.png"


def test_sub_folders_by_pattern(tmp_path: Path) -> None:
    (tmp_path / "day1").mkdir()
    cv2.imwrite(str(tmp_path / "day1" / "x.png"), grey(7))
    assert take(camera_of(tmp_path, pattern="**/*")).label == "x.png"


def test_preview_shows_the_last_image_and_moves_nothing_on(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    camera = camera_of(tmp_path)
    labels = [camera.preview().label, take(camera).label, camera.preview().label, take(camera).label]
    assert labels == ["1.png", "1.png", "1.png", "2.png"]


def test_each_shot_takes_an_image(tmp_path: Path) -> None:
    for name in ("1.png", "2.png", "3.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    frames = camera_of(tmp_path).acquire((Shot("left"), Shot("right")), soon()).frames
    assert {name: frame.label for name, frame in frames.items()} == {"left": "1.png", "right": "2.png"}


@pytest.mark.parametrize(
    ("image", "shape", "full_scale"),
    [
        pytest.param(np.arange(768, dtype=np.uint8).reshape(24, 32), (24, 32), 255, id="grey"),
        pytest.param(np.arange(2304).astype(np.uint8).reshape(24, 32, 3), (24, 32, 3), 255, id="colour"),
        pytest.param(np.arange(3072).astype(np.uint8).reshape(24, 32, 4), (24, 32, 3), 255, id="alpha is dropped"),
        pytest.param(np.arange(768, dtype=np.uint16).reshape(24, 32) * 80, (24, 32), 65535, id="16 bits"),
    ],
)
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_pixels_stay_as_they_are(
    tmp_path: Path, image: np.ndarray, shape: tuple[int, ...], full_scale: int, suffix: str
) -> None:
    cv2.imwrite(str(tmp_path / f"x.{suffix}"), image)
    frame = take(camera_of(tmp_path))
    assert frame.full_scale == full_scale
    assert frame.image.shape == shape
    assert np.array_equal(frame.image, image if image.ndim == 2 else image[:, :, :3])


def test_a_photograph_is_not_turned_as_its_exif_says(tmp_path: Path) -> None:
    good, jpeg = cv2.imencode(".jpg", np.zeros((20, 40), np.uint8))
    assert good
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # orientation 6
    data = bytes(jpeg)
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    (tmp_path / "x.jpg").write_bytes(data)
    frame = take(camera_of(tmp_path))
    assert (frame.width, frame.height) == (40, 20)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def whole_png() -> bytes:
    return bytes(cv2.imencode(".png", np.random.default_rng(1).integers(0, 255, (64, 64), np.uint8))[1])


def whole_jpeg() -> bytes:
    return bytes(cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (64, 64), np.uint8))[1])


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("b.png", b"not an image at all", "not a PNG, JPEG, BMP or TIFF", id="text"),
        pytest.param("b.png", b"", "not a PNG, JPEG, BMP or TIFF", id="empty"),
        pytest.param("b.png", whole_png()[:-300], "cut short", id="half a PNG"),
        pytest.param("b.jpg", whole_jpeg()[:-300], "cut short", id="half a JPEG"),
        pytest.param("b.png", whole_png()[:12], "not a PNG, JPEG, BMP or TIFF", id="half a header"),
        pytest.param("b.png", png_that_claims(30000, 30000), "more than 50 million pixels", id="image bomb"),
        pytest.param("b.png", png_that_claims(640, 480), "cannot be decoded", id="damaged"),
        pytest.param("b.tif", b"II*\0\xff\xff\xff\x7f", "not a PNG, JPEG, BMP or TIFF", id="TIFF without directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_next_trigger_takes_the_next(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), grey(7))
    (tmp_path / name).write_bytes(content)
    cv2.imwrite(str(tmp_path / "c.png"), grey(9))
    camera = camera_of(tmp_path)
    take(camera)
    with pytest.raises(FrameError, match=f"{name}: .*{why}"):
        take(camera)
    assert take(camera).label == "c.png"


def test_a_file_that_has_gone_is_named(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), grey(7))
    camera = camera_of(tmp_path)
    (tmp_path / "a.png").unlink()
    with pytest.raises(FrameError, match=r"a\.png: No such file"):
        take(camera)
    assert take(camera).label == "b.png"


def test_float_pixels_are_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.tiff"), np.zeros((8, 8), np.float32))
    with pytest.raises(FrameError, match="float32, only 8 and 16 bits"):
        take(camera_of(tmp_path))


@pytest.mark.parametrize(
    ("width", "accepted"), [pytest.param(50_000, True, id="50 million"), pytest.param(50_001, False, id="one row more")]
)
def test_the_pixel_limit(tmp_path: Path, width: int, accepted: bool) -> None:
    (tmp_path / "a.png").write_bytes(png_that_claims(width, 1000))
    with pytest.raises(FrameError, match="cannot be decoded" if accepted else "more than 50 million"):
        take(camera_of(tmp_path))


def test_an_empty_folder_says_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(CameraError, match=r"no image matches '\*'; put PNG, JPEG, BMP or TIFF files there"):
        camera_of(tmp_path)


def test_no_such_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match=f"{os.fspath(tmp_path)}/nowhere: there is no such folder"):
        camera_of(tmp_path / "nowhere")


def test_a_pattern_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="pattern '/abs/"):
        camera_of(tmp_path, pattern="/abs/*")


def test_closed_it_says_so(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), grey(7))
    camera = camera_of(tmp_path)
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        take(camera)
    with pytest.raises(CameraError, match="not open"):
        camera.preview()


@pytest.mark.parametrize("suffix", ["bmp", "jpg", "png", "tiff"])
def test_headers_name_the_size(suffix: str) -> None:
    data = bytes(cv2.imencode(f".{suffix}", np.zeros((31, 17, 3), np.uint8))[1])
    assert image_size(data) == (17, 31)
