"""An RTSP camera on a free port of its own: an MPEG transport stream in RTP, inside the RTSP connection."""

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

FRAMES, PERIOD_S = 400, 0.04
PACKET = 188 * 7
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=line\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track0\r\n"


def film(file: Path, size: tuple[int, int] = (160, 120)) -> bytes:
    """A transport stream whose frames all differ."""
    writer = cv2.VideoWriter(str(file), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*"MPG2"), 1 / PERIOD_S, size)
    rng = np.random.default_rng(5)
    for i in range(FRAMES):
        grey = rng.integers(0, 60, (size[1], size[0]), np.uint8) + np.uint8(20 + i % 150)
        writer.write(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    writer.release()
    return file.read_bytes()


class _Viewer(socketserver.StreamRequestHandler):
    """One connection; when PLAY has come, the film at its own pace."""

    server: "RtspServer"

    def handle(self) -> None:
        self.server.viewers.append(self.request)
        try:
            while request := self._request():
                self._answer(*request)
                if request[0] == "PLAY":
                    self._play()
                    return
        except OSError:
            return  # one of the two has gone

    def _request(self) -> tuple[str, str] | None:
        lines = []
        while line := self.rfile.readline().decode().strip():
            lines.append(line)
        if not lines:
            return None
        number = next(one.split(":")[1].strip() for one in lines if one.lower().startswith("cseq"))
        return lines[0].split()[0], number

    def _answer(self, method: str, number: str) -> None:
        extra = {
            "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
            "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n",
            "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 7\r\n",
        }.get(method, "Session: 7\r\n")
        body = SDP if method == "DESCRIBE" else ""
        self.wfile.write(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{extra}\r\n{body}".encode())

    def _play(self) -> None:
        data = self.server.film
        packets = [data[i : i + PACKET] for i in range(0, len(data), PACKET)]
        began = time.monotonic()
        for i, packet in enumerate(packets):
            at = i * FRAMES * PERIOD_S / len(packets)
            time.sleep(max(0.0, began + at - time.monotonic()))
            head = struct.pack(">BBHII", 0x80, 33, i & 0xFFFF, int(at * 90000) & 0xFFFFFFFF, 9)
            self.wfile.write(b"$\0" + struct.pack(">H", len(head) + len(packet)) + head + packet)


class RtspServer(socketserver.ThreadingTCPServer):
    """Shows `film` to everybody who asks."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, film: bytes, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Viewer)
        self.film = film
        self.viewers: list[socket.socket] = []


@contextmanager
def serving_rtsp(film: bytes, port: int = 0) -> Iterator[RtspServer]:
    """Ends by hanging up on every viewer."""
    server = RtspServer(film, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        for viewer in server.viewers:
            try:
                viewer.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has gone already
        thread.join()
