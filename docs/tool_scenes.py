"""Images that the examples look at: the simulated line, and drawn ones with a little noise."""

import time
from collections.abc import Mapping
from functools import cache
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray
from zxingcpp import BarcodeFormat, create_barcode

from vision.cameras.settings import SimulatedSettings
from vision.cameras.simulated import SimulatedCamera
from vision.frame import Shot

Picture = NDArray[np.uint8]
GROUND, METAL, HOLE = 210, 80, 205
RED, GREEN, BLUE = (40, 40, 200), (60, 160, 50), (190, 90, 40)  # BGR


@cache
def bracket() -> Picture:
    """A part of the simulated line, 1280 x 960 grey, where it is drawn: neither moved nor turned."""
    settings = SimulatedSettings(seed=1, defect_rate=0, jitter_px=0, rotation_deg=0)
    camera = SimulatedCamera(settings)
    camera.open()
    acquisition = camera.acquire([Shot()], time.monotonic_ns() + 60 * 10**9)
    return np.asarray(next(iter(acquisition.frames.values())).image, np.uint8)


def finished(image: Picture, seed: int = 1) -> Picture:
    """A little soft and noisy, as a camera sees it."""
    soft = cv2.GaussianBlur(image, (0, 0), 0.8)
    noise = np.random.default_rng(seed).normal(0, 1.5, soft.shape)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


def plate(dx: int = 0, dy: int = 0, turn_deg: float = 0.0, spot: bool = False, burr: bool = False) -> Picture:
    """A metal plate, 400 x 300 grey: two bores, a slot, a notch and a print."""
    image = np.full((300, 400), GROUND, np.uint8)
    cv2.rectangle(image, (60, 60), (340, 240), METAL, cv2.FILLED)
    cv2.rectangle(image, (60, 60), (95, 85), GROUND, cv2.FILLED)
    for x, radius in ((120, 28), (280, 28)):
        cv2.circle(image, (x, 150), radius, HOLE, cv2.FILLED, cv2.LINE_AA)
    cv2.rectangle(image, (165, 195), (235, 215), HOLE, cv2.FILLED)
    cv2.putText(image, "A7", (170, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 165, 4, cv2.LINE_AA)
    if spot:
        cv2.circle(image, (205, 95), 6, 190, cv2.FILLED, cv2.LINE_AA)
    if burr:
        cv2.fillPoly(image, [np.array([[180, 60], [190, 51], [200, 60]])], METAL, cv2.LINE_AA)
    move = cv2.getRotationMatrix2D((200, 150), turn_deg, 1)
    move[:, 2] += dx, dy
    return finished(np.asarray(cv2.warpAffine(image, move, (400, 300), borderValue=GROUND), np.uint8))


def screws(*missing: int, seed: int = 1) -> Picture:
    """A lid with four screws, 400 x 160 grey; those named are not there."""
    image = np.full((160, 400), 170, np.uint8)
    for i in range(4):
        x = 60 + 94 * i
        cv2.circle(image, (x, 80), 26, 60, cv2.FILLED, cv2.LINE_AA)
        if i not in missing:
            cv2.circle(image, (x, 80), 21, 200, cv2.FILLED, cv2.LINE_AA)
            angle = np.deg2rad(20 + 50 * i + 13 * seed)
            reach = 13 * np.array([np.cos(angle), np.sin(angle)])
            ends = np.rint(np.array([x, 80]) + np.array([reach, -reach])).astype(int)
            cv2.line(image, tuple(ends[0].tolist()), tuple(ends[1].tolist()), 70, 5, cv2.LINE_AA)
    return finished(image, seed)


def caps(*colours: tuple[int, int, int], seed: int = 1) -> Picture:
    """Bottle caps in a row, 400 x 160 colour."""
    image = np.full((160, 400, 3), 225, np.uint8)
    for i, colour in enumerate(colours):
        cv2.circle(image, (70 + 130 * i, 80), 48, colour, cv2.FILLED, cv2.LINE_AA)
    return finished(image, seed)


def pills(touching: bool = True) -> Picture:
    """Bright tablets on a dark tray, 400 x 240 grey, some of which touch."""
    image = np.full((240, 400), 50, np.uint8)
    step = 43 if touching else 60
    for i in range(3):
        cv2.circle(image, (80 + step * i, 80), 22, 215, cv2.FILLED, cv2.LINE_AA)
    for x, y in ((300, 70), (110, 180), (230, 170), (330, 170)):
        cv2.circle(image, (x, y), 22, 215, cv2.FILLED, cv2.LINE_AA)
    return finished(image)


def keys() -> Picture:
    """Twelve stamped marks in rows, 400 x 240 grey."""
    image = np.full((240, 400), 190, np.uint8)
    for row in range(3):
        for column in range(4):
            x, y = 60 + 90 * column, 50 + 70 * row
            cv2.rectangle(image, (x - 16, y - 14), (x + 16, y + 14), 80, 3)
            cv2.line(image, (x - 8, y + 6), (x + 9, y - 7), 80, 4, cv2.LINE_AA)
    return finished(image)


def glue(gap: bool = False) -> Picture:
    """A dark bead of glue with a bend, 400 x 240 grey."""
    image = np.full((240, 400), 200, np.uint8)
    way = np.array([[40, 190], [150, 190], [190, 180], [210, 150], [215, 60], [360, 60]])
    cv2.polylines(image, [way], False, 70, 14, cv2.LINE_AA)
    if gap:
        cv2.rectangle(image, (270, 45), (290, 75), 200, cv2.FILLED)
    return finished(image)


def brushed(scratch: bool = False, dent: bool = False, seed: int = 1) -> Picture:
    """A finely woven surface, 400 x 240 grey."""
    y, x = np.mgrid[0:240, 0:400]
    image = 130 + 14 * np.sin(x * 0.9) + 14 * np.sin(y * 0.9)
    picture = np.clip(image, 0, 255).astype(np.uint8)
    if dent:
        cv2.circle(picture, (270, 140), 26, 132, cv2.FILLED, cv2.LINE_AA)
    if scratch:
        cv2.line(picture, (90, 180), (250, 90), 225, 2, cv2.LINE_AA)
    return finished(picture, seed)


def polished(scratch: bool = False) -> Picture:
    """A polished sheet, 400 x 240 grey."""
    image = np.full((240, 400), 150, np.uint8)
    if scratch:
        cv2.line(image, (90, 180), (260, 90), 205, 2, cv2.LINE_AA)
        cv2.circle(image, (320, 60), 14, 190, cv2.FILLED, cv2.LINE_AA)
    return finished(image)


def lettered(text: str = "LOT B4711") -> Picture:
    """A printed line, 400 x 120 grey."""
    image = np.full((120, 400), 215, np.uint8)
    cv2.putText(image, text, (40, 75), cv2.FONT_HERSHEY_DUPLEX, 1.6, 50, 3, cv2.LINE_AA)
    return finished(image)


def label(*lines: str) -> Picture:
    """Some printed lines, 400 x 240 grey."""
    image = np.full((240, 400), 215, np.uint8)
    for i, text in enumerate(lines):
        cv2.putText(image, text, (40, 70 + 65 * i), cv2.FONT_HERSHEY_DUPLEX, 1.2, 50, 2, cv2.LINE_AA)
    return finished(image)


def text_finder() -> Mapping[str, bytes]:
    """A network that says of each pixel whether it is print, as a user would bring it."""
    model = resources.files("rapidocr").joinpath("models/PP-OCRv6_det_small.onnx").read_bytes()
    return {"model": model, "labels": b"ground\nprint\n"}


def coded(text: str = "B12-R7 0048213") -> Picture:
    """A label with a Data Matrix, 400 x 240 grey."""
    image = np.full((240, 400), 220, np.uint8)
    symbol = np.asarray(create_barcode(text, BarcodeFormat.DataMatrix).to_image(scale=7))
    image[30 : 30 + symbol.shape[0], 120 : 120 + symbol.shape[1]] = np.where(symbol > 127, 220, 45)
    return finished(image)


_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "7": "abc",
    "8": "abcdefg",
}
_PLACES = {
    "a": (0, 0, 1, 0),
    "b": (1, 0, 1, 1),
    "c": (1, 1, 1, 2),
    "d": (0, 2, 1, 2),
    "e": (0, 1, 0, 2),
    "f": (0, 0, 0, 1),
}
_PLACES |= {"g": (0, 1, 1, 1)}


def digits(text: str = "2475") -> Picture:
    """A lit seven-segment display, 400 x 160 grey."""
    image = np.full((160, 400), 40, np.uint8)
    for i, sign in enumerate(text):
        x, y, w, h = 55 + 80 * i, 35, 38, 42
        for one in _SEGMENTS[sign]:
            x1, y1, x2, y2 = _PLACES[one]
            cut = (5 if x1 != x2 else 0, 5 if y1 != y2 else 0)
            start, end = (x + x1 * w + cut[0], y + y1 * h + cut[1]), (x + x2 * w - cut[0], y + y2 * h - cut[1])
            cv2.line(image, start, end, 220, 8)
    return finished(image)


def dial(value: float = 0.6) -> Picture:
    """A pressure gauge, 300 x 300 grey; its scale goes from 225 degrees clockwise over 270."""
    image = np.full((300, 300), 225, np.uint8)
    cv2.circle(image, (150, 150), 120, 60, 4, cv2.LINE_AA)
    for i in range(11):
        angle = np.deg2rad(225 - 27 * i)
        far, near = (np.array([np.cos(angle), -np.sin(angle)]) * r + 150 for r in (112, 98))
        cv2.line(image, tuple(np.rint(near).astype(int).tolist()), tuple(np.rint(far).astype(int).tolist()), 60, 3)
    angle = np.deg2rad(225 - 270 * value)
    tip = np.rint(np.array([np.cos(angle), -np.sin(angle)]) * 92 + 150).astype(int)
    cv2.line(image, (150, 150), tuple(tip.tolist()), 40, 5, cv2.LINE_AA)
    cv2.circle(image, (150, 150), 10, 40, cv2.FILLED, cv2.LINE_AA)
    return finished(image)
