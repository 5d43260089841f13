"""A network camera: motion JPEG over HTTP on a free port, frames paced as a sensor would."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np


class NetworkCamera:
    """Every frame carries its number in its grey level, mod 200; `exposed` says when each was made."""

    def __init__(self, period_s: float, size: tuple[int, int] = (160, 120)) -> None:
        self.period_s = period_s
        self.size = size
        self.frozen = False
        self.sending = True
        self.exposed: list[int] = []  # CLOCK_MONOTONIC by number
        self.address = ""

    def jpeg(self) -> bytes:
        number = len(self.exposed)
        self.exposed.append(time.monotonic_ns())
        width, height = self.size
        noise = np.random.default_rng(0 if self.frozen else number).integers(0, 3, (height, width), np.uint8)
        grey = np.full((height, width), 20 if self.frozen else 20 + number % 200, np.uint8) + noise
        return bytes(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])

    def number_of(self, image: np.ndarray[Any, Any]) -> int:
        """Of the newest frame that has the image's grey."""
        seen = round(float(image.mean())) - 21
        return max(n for n in range(len(self.exposed)) if n % 200 == seen)


@contextmanager
def serving(camera: NetworkCamera) -> Iterator[NetworkCamera]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            due = time.monotonic()
            try:
                while camera.sending:
                    jpeg = camera.jpeg()
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    self.wfile.write(head.encode() + jpeg + b"\r\n")
                    due += camera.period_s
                    time.sleep(max(0.0, due - time.monotonic()))
            except OSError:
                return  # the viewer has gone

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    camera.address = f"http://127.0.0.1:{server.server_port}/video.mjpg"
    try:
        yield camera
    finally:
        camera.sending = False
        server.shutdown()
        server.server_close()
        thread.join()
