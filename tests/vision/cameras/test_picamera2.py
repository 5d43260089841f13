"""The driver on the real picamera2 package, over a stand-in for libcamera (see fake_libcamera/README.md)."""

import gc
import importlib.util
import os
import sys
import time
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vision.cameras import PiCamera, PiCameraSettings
from vision.errors import CameraError, FrameError
from vision.frame import Shot

STAND_IN = Path(__file__).parent / "fake_libcamera"
SETTINGS = PiCameraSettings(width=320, height=240, exposure_us=3000)

pytestmark = [
    pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning"),  # picamera2's
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]


@pytest.fixture(scope="module")
def picamera2() -> Iterator[types.ModuleType]:
    """The package as installed, with memory files where a Pi has DMA buffers."""
    if importlib.util.find_spec("picamera2") is None:
        pytest.skip("picamera2 is not installed (pip install picamera2, which needs apt's libcap-dev to build)")
    sys.path.insert(0, str(STAND_IN))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import picamera2
        import picamera2.allocators.dmaallocator as dma
        from picamera2.dma_heap import UniqueFD

    class MemoryHeap:
        def alloc(self, name: str, size: int) -> Any:
            fd = os.memfd_create(name)
            os.ftruncate(fd, size)
            return UniqueFD(fd)

        def close(self) -> None: ...

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dma, "DmaHeap", MemoryHeap)
        patch.setattr(dma, "fcntl", types.SimpleNamespace(ioctl=lambda *_: 0))
        yield picamera2
    sys.path.remove(str(STAND_IN))
    with warnings.catch_warnings():  # the pipes it leaves open are collected here, not in somebody else's test
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def device(picamera2: types.ModuleType) -> Iterator[Any]:
    """The stand-in's camera, plugged in."""
    import libcamera

    device = libcamera.CameraManager.singleton().cameras[0]
    picture = device.picture
    yield device
    device.picture, device.unplugged = picture, False


@pytest.fixture
def camera(device: Any) -> Iterator[PiCamera]:
    camera = PiCamera(SETTINGS)
    camera.open()
    yield camera
    camera.close()


def soon() -> int:
    return time.monotonic_ns() + 5_000_000_000


def test_a_frame_is_bgr_of_the_size_asked_for(camera: PiCamera, device: Any) -> None:
    device.picture = lambda number, _: (number % 200, 120, 220)
    frames = [camera.acquire((Shot(),), soon()).first for _ in range(2)]
    assert frames[1].image.shape == (240, 320, 3)
    assert frames[1].image[100, 100].tolist()[1:] == [120, 220]
    assert [frame.frame_id for frame in frames] == [1, 2]


def test_the_exposure_begins_after_the_trigger(camera: PiCamera) -> None:
    for _ in range(5):
        requested_ns = time.monotonic_ns()
        frame = camera.acquire((Shot(),), soon()).first
        assert requested_ns <= frame.exposed_at_ns <= time.monotonic_ns()


def test_exposure_and_gain_of_each_shot_show_in_its_frame(camera: PiCamera, device: Any) -> None:
    device.picture = lambda number, exposure_us: (number % 200, exposure_us // 100, 0)
    shots = (Shot("dark", exposure_us=2000), Shot("bright", exposure_us=9000, gain_db=6.0), Shot("as set"))
    frames = camera.acquire(shots, soon()).frames
    assert [frame.image[9, 9, 1] for frame in frames.values()] == [20, 90, 30]
    assert frames["bright"].gain_db == pytest.approx(6.0, abs=0.1)
    assert frames["bright"].exposure_us == pytest.approx(9000, abs=60)
    assert frames["as set"].gain_db == pytest.approx(0.0, abs=0.1)


def test_exposure_0_leaves_it_to_the_camera(device: Any) -> None:
    camera = PiCamera(PiCameraSettings(width=320, height=240, exposure_us=0))
    camera.open()
    try:
        assert camera.acquire((Shot(),), soon()).first.exposure_us > 0
    finally:
        camera.close()


def test_preview_gives_a_frame(camera: PiCamera) -> None:
    assert camera.preview().image.dtype == np.uint8


def test_a_preview_may_try_an_exposure_and_gain_for_itself_alone(camera: PiCamera, device: Any) -> None:
    device.picture = lambda number, exposure_us: (number % 200, exposure_us // 100, 0)
    tried = camera.preview(Shot(exposure_us=9000, gain_db=6.0))
    assert tried.exposure_us == pytest.approx(9000, abs=60)
    assert tried.gain_db == pytest.approx(6.0, abs=0.1)
    assert camera.acquire((Shot(),), soon()).first.exposure_us == pytest.approx(3000, abs=60)


def test_a_gain_beyond_the_sensor_is_no_lost_camera(camera: PiCamera) -> None:
    with pytest.raises(FrameError, match=r"AnalogueGain 100 is beyond the sensor's 1 to 22\.26"):
        camera.preview(Shot(gain_db=40.0))
    assert camera.preview().image.dtype == np.uint8


def test_a_camera_without_frames_ends_at_the_deadline_and_works_again_when_opened_anew(
    camera: PiCamera, device: Any
) -> None:
    camera.acquire((Shot(),), soon())
    device.unplugged = True
    with pytest.raises(CameraError, match="no frame exposed after the trigger"):
        camera.acquire((Shot(),), time.monotonic_ns() + 200_000_000)
    device.unplugged = False
    camera.open()
    assert camera.acquire((Shot(),), soon()).first.frame_id == 1


def test_no_buffer_is_lost_by_a_deadline(camera: PiCamera) -> None:
    for _ in range(8):  # more often than there are buffers
        with pytest.raises(CameraError):
            camera.acquire((Shot(),), time.monotonic_ns() + 1_000_000)
    assert camera.acquire((Shot(),), soon()).first.width == 320


def test_the_same_pixels_again_and_again_are_a_frozen_camera(camera: PiCamera, device: Any) -> None:
    device.picture = lambda number, exposure_us: (5, 6, 7)
    with pytest.raises(CameraError, match="frozen"):
        [camera.acquire((Shot(),), soon()) for _ in range(3)]


def test_a_busy_camera_is_named_with_the_reason(camera: PiCamera) -> None:
    with pytest.raises(CameraError, match=r"Pi camera 0: cannot be opened.*Device or resource busy"):
        PiCamera(SETTINGS).open()
    assert camera.acquire((Shot(),), soon()).first.width == 320


def test_a_camera_that_is_not_there_is_named(device: Any) -> None:
    with pytest.raises(CameraError, match=r"Pi camera 3: cannot be opened: No camera number 3 found"):
        PiCamera(PiCameraSettings(index=3)).open()


def test_a_size_beyond_the_sensor_is_refused_and_the_camera_left_free(device: Any) -> None:
    with pytest.raises(CameraError, match="image format: it cannot do 8000 x 240 px, the nearest is 4056 x 240"):
        PiCamera(PiCameraSettings(width=8000, height=240)).open()
    camera = PiCamera(SETTINGS)
    camera.open()
    camera.close()


def test_closed_it_says_so(camera: PiCamera) -> None:
    camera.close()
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        camera.acquire((Shot(),), soon())


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraError, match="apt install python3-picamera2"):
        PiCamera(SETTINGS).open()
