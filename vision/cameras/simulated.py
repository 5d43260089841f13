"""A camera over a production line of brackets that are drawn, good and bad, with the truth about each at hand."""

import time
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import CameraError
from ..frame import AS_SET, Acquisition, Frame, Shot
from .bracket import REFERENCE_EXPOSURE_US, Part, ProductionLine, Scene, Sensor
from .clock import seconds_left, utc_us
from .faults import Faults, Spoiled
from .freshness import Freshness, began_after
from .settings import SimulatedSettings

_TRUTHS_KEPT = 100_000
_PREVIEW_LIMIT_NS = 1_000_000_000
_PREVIEW = 1 << 31  # sets the chance of live frames apart from that of triggered ones


class SimulatedCamera:
    """8-bit grey, 1280 x 960. Each `acquire` looks at the next part; `faults` can take it from you."""

    simulated = True
    name = "Simulated camera"

    def __init__(self, settings: SimulatedSettings) -> None:
        self.faults = Faults()
        self._settings = settings
        self._line = ProductionLine(
            settings.seed, settings.defect_rate, settings.jitter_px, settings.rotation_deg, settings.light_drift
        )
        self._drawn: tuple[Scene, Sensor] | None = None
        self._freshness = Freshness(self.name)
        self._last: NDArray[np.uint8] | None = None
        self._opened = False
        self._next = 0  # index of the part that comes next
        self._frame_id = 0
        self._truth: dict[int, int] = {}  # frame id -> index of the part

    def prepare(self) -> None:
        """Draws the part, about a quarter of a second."""
        if self._drawn is None:
            self._drawn = Scene(self._line), Sensor(self._settings.seed % 2**32, self._settings.noise_grey)

    def open(self) -> None:
        """The line goes on where it stood."""
        self._present()
        self.prepare()
        self._freshness.reopened()
        self._last = None
        self._frame_id = 0
        self._truth.clear()
        self._opened = True

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        requested_ns = time.monotonic_ns()
        index = self._next
        self._next += 1  # a part that could not be looked at has gone by all the same
        frames = {shot.name: self._frame(index, shot, i, deadline_ns) for i, shot in enumerate(shots)}
        return Acquisition(frames, (time.monotonic_ns() - requested_ns) // 1000, requested_ns)

    def preview(self, shot: Shot = AS_SET) -> Frame:
        """The part that lies there, under fresh noise."""
        now = time.monotonic_ns()
        return self._frame(max(self._next - 1, 0), shot, _PREVIEW + self._frame_id, now + _PREVIEW_LIMIT_NS)

    def check(self) -> None:
        self._present()

    def close(self) -> None:
        self._opened = False

    def truth(self, frame_id: int) -> Part:
        """What the frame shows, of the frames since `open` (the last 100,000 of them).

        Raises:
            KeyError: There was no such frame.
        """
        return self._line.part(self._truth[frame_id])

    def unplug(self) -> None:
        """Take the camera away, also in the middle of an exposure."""
        self.faults.unplugged = True

    def plug(self) -> None:
        """Give it back; it needs to be opened again."""
        self.faults.unplugged = False

    def _present(self) -> None:
        self.faults.pass_through()
        if self.faults.unplugged:
            self._opened = False
            raise CameraError(f"{self.name}: it is unplugged")

    def _frame(self, index: int, shot: Shot, exposure: int, deadline_ns: int) -> Frame:
        requested_ns = time.monotonic_ns()
        exposed_ns = requested_ns - 1
        while not began_after(exposed_ns, requested_ns):
            exposed_ns, part, image = self._delivered(index, shot, exposure, requested_ns)
            if seconds_left(deadline_ns) < 0:
                raise CameraError(f"{self.name}: no frame within the acquisition limit")
        if self._settings.noise_grey > 0:  # without noise equal parts make equal frames
            self._freshness.check(image)
        self._frame_id += 1
        self._note(part)
        exposure_us, gain_db = self._exposure_us(shot), shot.gain_db or 0.0
        return Frame(image, self._frame_id, exposed_ns, utc_us(exposed_ns), exposure_us, gain_db, label=part.serial)

    def _delivered(
        self, index: int, shot: Shot, exposure: int, requested_ns: int
    ) -> tuple[int, Part, NDArray[np.uint8]]:
        """What the device hands over next: when it was exposed, the part and the pixels."""
        exposed_ns = time.monotonic_ns()
        if self.faults.stale_frames > 0:  # one from its queue: the part before
            self.faults.stale_frames -= 1
            exposed_ns, index = requested_ns - 1, max(index - 1, 0)
        self._present()
        if not self._opened:
            raise CameraError(f"{self.name}: it is not open")
        part = self._line.part(index)
        return exposed_ns, part, self._faulty(self._exposed(part, shot, exposure))

    def _exposure_us(self, shot: Shot) -> int:
        return self._settings.exposure_us if shot.exposure_us is None else shot.exposure_us

    def _exposed(self, part: Part, shot: Shot, exposure: int) -> NDArray[np.uint8]:
        assert self._drawn is not None
        scene, sensor = self._drawn
        brightness = part.light * self._exposure_us(shot) / REFERENCE_EXPOSURE_US
        rng = self._line.random(part.index, 100, exposure)
        return sensor.expose(scene.picture(part), part.placement, brightness, shot.gain_db or 0.0, rng)

    def _faulty(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        faults = self.faults
        if faults.frozen and self._last is not None:
            image = self._last
        if faults.spoiled is not None:
            image = _spoiled(image, faults.spoiled)
        if faults.mode is not None:
            image = np.asarray(cv2.resize(image, faults.mode, interpolation=cv2.INTER_AREA), np.uint8)
        self._last = image
        return image

    def _note(self, part: Part) -> None:
        self._truth[self._frame_id] = part.index
        self._truth.pop(self._frame_id - _TRUTHS_KEPT, None)


def _spoiled(image: NDArray[np.uint8], how: Spoiled) -> NDArray[np.uint8]:
    if how is Spoiled.WHITE:
        return np.full_like(image, 255)
    if how is Spoiled.BLACK:
        return image // 100
    torn = image.copy()
    torn[torn.shape[0] // 2 :] = 0
    return torn
