"""Open the camera of the settings and take a few frames: one line of JSON on standard output."""

import json
import statistics
import sys
import time

from service.settings import load
from vision.cameras import make_camera
from vision.errors import CameraError, FrameError

FRAMES = 3


def main() -> None:
    """Its size and the median time of a frame in ms, or the reason why there is none."""
    camera = make_camera(load().camera)
    try:
        camera.open()
        times_ms = []
        for _ in range(FRAMES):
            began = time.monotonic()
            frame = camera.preview()
            times_ms.append(1000 * (time.monotonic() - began))
        height, width = frame.image.shape[:2]
        told = {"width": width, "height": height, "frame_ms": statistics.median(times_ms)}
    except (CameraError, FrameError) as exc:
        told = {"reason": str(exc)}
    finally:
        camera.close()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
