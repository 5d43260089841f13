"""Video files and network cameras through OpenCV."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.cameras import rtsp_server
from tests.vision.cameras.mjpeg_server import NetworkCamera, serving
from vision.cameras import OpenCvCamera, OpenCvSettings
from vision.errors import CameraError, FrameError
from vision.frame import Frame, Shot

ONE = (Shot(),)


def soon() -> int:
    return time.monotonic_ns() + 5_000_000_000


def take(camera: OpenCvCamera) -> Frame:
    return camera.acquire(ONE, soon()).first


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Three frames of motion JPEG, grey 50, 100 and 150."""
    path = tmp_path / "line.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for grey in (50, 100, 150):
        writer.write(np.full((48, 64, 3), grey, np.uint8))
    writer.release()
    return path


def camera_of(source: object, **settings: object) -> OpenCvCamera:
    camera = OpenCvCamera(OpenCvSettings.model_validate({"source": source, **settings}))
    camera.open()
    return camera


def test_a_file_is_played_frame_by_frame_and_round_again(video: Path) -> None:
    camera = camera_of(str(video))
    frames = [take(camera) for _ in range(7)]
    assert [round(float(frame.image.mean()), -1) for frame in frames] == [50, 100, 150, 50, 100, 150, 50]
    assert [frame.frame_id for frame in frames] == list(range(1, 8))
    assert frames[0].image.shape == (48, 64, 3)
    assert frames[0].label == "line.avi"
    camera.close()


def test_preview_of_a_file_shows_the_last_frame_and_moves_nothing_on(video: Path) -> None:
    camera = camera_of(str(video))
    take(camera)
    greys = [camera.preview().image.mean(), camera.preview().image.mean(), take(camera).image.mean()]
    assert [round(float(grey), -1) for grey in greys] == [50, 50, 100]
    camera.close()


def test_closed_it_says_so(video: Path) -> None:
    camera = camera_of(str(video))
    camera.close()
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        take(camera)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param("/nowhere/line.avi", "there is no /nowhere/line.avi", id="no file"),
        pytest.param(97, "there is no /dev/video97; check the cable", id="no device"),
        pytest.param("97", "there is no /dev/video97; check the cable", id="no device, as text"),
        pytest.param("http://127.0.0.1:9/video", "no stream could be opened within 3 s", id="nobody serves"),
    ],
)
def test_what_is_not_there_is_named(source: object, why: str) -> None:
    with pytest.raises(CameraError, match=why):
        camera_of(source)


def test_a_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.avi").write_bytes(b"no video" * 100)
    with pytest.raises(CameraError, match=r"x\.avi: this is not a video that can be played"):
        camera_of(str(tmp_path / "x.avi"))


def test_a_password_in_an_address_is_never_shown() -> None:
    camera = OpenCvCamera(OpenCvSettings(source="http://viewer:secret@127.0.0.1:9/video"))
    assert camera.name == "Camera http://127.0.0.1:9/video"
    with pytest.raises(CameraError) as caught:
        camera.open()
    assert "secret" not in str(caught.value)


@pytest.fixture
def network() -> Iterator[NetworkCamera]:
    with serving(NetworkCamera(period_s=0.03)) as camera:
        yield camera


def waited_for(network: NetworkCamera, frames: int) -> None:
    """Until the camera has sent so many more, which nobody reads."""
    until = len(network.exposed) + frames
    deadline = time.monotonic() + 60
    while len(network.exposed) < until and time.monotonic() < deadline:
        time.sleep(0.01)


def test_frames_that_wait_in_the_socket_are_not_taken(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    for _ in range(3):
        waited_for(network, 6)
        requested_ns = time.monotonic_ns()
        frame = take(camera)
        assert network.exposed[network.number_of(frame.image)] >= requested_ns
        assert requested_ns <= frame.exposed_at_ns <= time.monotonic_ns()
    camera.close()


def test_a_camera_whose_frames_are_long_under_way_needs_its_latency_set(
    network: NetworkCamera,
) -> None:
    camera = camera_of(network.address, latency_ms=200)
    requested_ns = time.monotonic_ns()
    frame = take(camera)
    assert time.monotonic_ns() - requested_ns >= 200_000_000
    assert frame.exposed_at_ns >= requested_ns
    camera.close()


def test_live_frames_differ_from_preview_to_preview(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    first, second = camera.preview(), camera.preview()
    assert network.number_of(second.image) > network.number_of(first.image)
    camera.close()


def take_all(camera: OpenCvCamera, count: int) -> list[Frame]:
    return [take(camera) for _ in range(count)]


def test_no_frame_by_the_deadline_is_an_error(network: NetworkCamera) -> None:
    camera = camera_of(network.address, latency_ms=3000)
    with pytest.raises(CameraError, match="no frame exposed after the trigger"):
        camera.acquire(ONE, time.monotonic_ns() + 100_000_000)


def test_a_lost_stream_is_an_error_and_opens_again(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    take(camera)
    network.sending = False
    with pytest.raises(CameraError, match="lost: no frame came"):
        take_all(camera, 100)
    network.sending = True
    camera.open()
    assert take(camera).frame_id == 1
    camera.close()


def test_an_rtsp_camera_that_goes_and_comes_back(tmp_path: Path) -> None:
    film = rtsp_server.film(tmp_path / "line.ts")
    with rtsp_server.serving_rtsp(film) as server:
        address = f"rtsp://127.0.0.1:{server.server_address[1]}/line"
        camera = camera_of(address)
        requested_ns = time.monotonic_ns()
        frame = take(camera)
        assert (frame.width, frame.height) == (160, 120)
        assert frame.exposed_at_ns >= requested_ns
    with pytest.raises(CameraError, match="lost: no frame came"):
        take_all(camera, 100)
    with pytest.raises(CameraError, match="no stream could be opened within 3 s"):
        camera.open()
    with rtsp_server.serving_rtsp(film, server.server_address[1]):
        camera.open()
        assert take(camera).frame_id == 1
        camera.close()


def test_a_frozen_stream_is_an_error(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    network.frozen = True
    with pytest.raises(CameraError, match="frozen"):
        take_all(camera, 6)


def test_another_size_in_mid_stream_is_an_error(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    take(camera)
    network.size = (320, 240)
    with pytest.raises(CameraError, match=r"image format changed from 160 x 120 px.* to 320 x 240 px"):
        take_all(camera, 6)
    camera.open()  # the camera came back in its new mode
    with pytest.raises(CameraError, match="restart the station if this is meant"):
        take(camera)


def test_an_exposure_that_the_source_does_not_take_is_an_error(network: NetworkCamera) -> None:
    with pytest.raises(CameraError, match="exposure cannot be set to 5000 us"):
        camera_of(network.address, exposure_us=5000)


def test_a_gain_that_the_source_does_not_take_fails_the_trigger_alone(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    with pytest.raises(FrameError, match="shot 'bright' asks for 6 dB, its gain cannot be set"):
        camera.acquire((Shot("bright", gain_db=6.0),), soon())
    assert take(camera).frame_id == 1
    camera.close()


def test_an_exposure_that_is_only_tried_fails_the_preview_alone(network: NetworkCamera) -> None:
    camera = camera_of(network.address)
    with pytest.raises(FrameError, match="exposure cannot be set to 5000 us"):
        camera.preview(Shot(exposure_us=5000))
    assert camera.preview().frame_id == 1
    camera.close()


def test_a_size_that_the_source_does_not_have_is_an_error(network: NetworkCamera) -> None:
    with pytest.raises(CameraError, match="cannot do a width of 640 px, it has 160"):
        camera_of(network.address, width=640, height=480)
