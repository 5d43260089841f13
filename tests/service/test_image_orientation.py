"""A file may carry a note how to turn it (EXIF): every way into the station shows the pixels as they are stored."""

import struct
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.evaluation.part_image import acquisition_of
from vision.cameras import FolderCamera, FolderSettings
from vision.cameras.image_file import decode_image, read_image
from vision.frame import Shot
from vision.recipe import Recipe, ReferenceImage
from vision.result import Judgement
from vision.teach import add_reference, load_reference

RECIPE = Recipe.model_validate({"job": 1, "name": "r", "steps": [{"name": "light", "tool": {"type": "brightness"}}]})


def with_a_note(orientation: int) -> tuple[bytes, np.ndarray]:
    """A JPEG of 60 x 40 px, bright at its left, with an orientation; and its pixels as stored."""
    image = np.full((40, 60), 40, np.uint8)
    image[:, :20] = 220
    image[:10, :] = 130
    plain = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    data = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    return data, cv2.imdecode(np.frombuffer(plain, np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_one_and_the_same_on_every_way(tmp_path: Path, orientation: int) -> None:
    data, stored = with_a_note(orientation)
    path = tmp_path / "images" / "a.jpg"
    path.parent.mkdir()
    path.write_bytes(data)
    camera = FolderCamera(FolderSettings(path=path.parent))
    camera.open()
    taken = camera.acquire([Shot()], time.monotonic_ns() + 10_000_000_000)
    taught = acquisition_of(path, RECIPE)  # so do evaluations
    reference = ReferenceImage(name="a", judgement=Judgement.PASS)
    recipe = add_reference(RECIPE, tmp_path, reference, taught)
    kept, _ = load_reference(recipe, tmp_path, "a")
    ways = {
        "upload": read_image(path),
        "bytes from a camera": decode_image(data, "a.jpg"),
        "camera": taken.first.image,
        "teach": taught.first.image,
        "reference": kept.first.image,
    }
    for way, image in ways.items():
        assert np.array_equal(image, stored), way


def test_the_note_is_one() -> None:
    """A reader that follows it turns the image: the test above would see that."""
    data, stored = with_a_note(6)
    turned = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert turned is not None
    assert turned.shape == stored.shape[::-1]
