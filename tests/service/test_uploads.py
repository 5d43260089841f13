"""Images that are lent to the station: what is taken, under which name, and for how long."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from service import uploads
from service.uploads import UploadRefused, Uploads
from vision.cameras.image_file import read_image
from vision.frame import Frame
from vision.imaging.encode import png

IMAGE = np.arange(600, dtype=np.uint16).reshape(20, 30)


class Camera:
    """Sees `IMAGE`, or has nothing to spare."""

    frame: Frame | None = Frame(IMAGE, 7, 0, 0)

    async def preview(self) -> Frame | None:
        return self.frame


@pytest.fixture
def lent(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path, cast("Any", asyncio.to_thread), Camera())


async def pieces(data: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def test_an_image_is_kept_bit_for_bit_under_a_name_of_ours(lent: Uploads) -> None:
    kept = await lent.add("../Teil 7.tiff", pieces(png(IMAGE)))
    assert (kept.name, kept.path.parent.name) == ("Teil_7.png", "uploads")
    assert np.array_equal(read_image(kept.path), IMAGE)
    assert await lent.listing() == [kept]
    assert await lent.find(kept.id) == kept
    assert (await lent.remove(kept.id), await lent.remove(kept.id)) == (True, False)


async def test_what_the_camera_sees_is_kept_lossless(lent: Uploads) -> None:
    taken = await lent.snapshot()
    assert taken
    assert np.array_equal(read_image(taken.path), IMAGE)
    cast("Any", lent)._camera.frame = None
    assert await lent.snapshot() is None


async def test_what_is_no_image_or_too_much_leaves_nothing_behind(
    lent: Uploads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefused, match=r"note\.png: this is not a PNG"):
        await lent.add("note.png", pieces(b"hello"))
    with pytest.raises(UploadRefused, match="cut short"):
        await lent.add("half.png", pieces(png(IMAGE)[:-20]))
    whole = png(IMAGE)
    monkeypatch.setattr(uploads, "MOST_BYTES", len(whole) - 1)
    with pytest.raises(UploadRefused, match="more than 0 MB"):
        await lent.add("large.png", pieces(whole))
    monkeypatch.setattr(uploads, "MOST_BYTES", len(whole))
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 2 * len(whole) - 1)
    await lent.add("fits.png", pieces(whole))
    with pytest.raises(UploadRefused, match="together"):
        await lent.add("second.png", pieces(whole))
    assert [one.name for one in await lent.listing()] == ["fits.png"]
    assert len(list((tmp_path / "uploads").iterdir())) == 1


async def test_results_come_first_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    lent = Uploads(tmp_path, cast("Any", asyncio.to_thread), Camera(), min_free=1 << 60)
    with pytest.raises(UploadRefused, match="no room for images but those of results"):
        await lent.add("part.png", pieces(png(IMAGE)))


async def test_a_day_later_it_is_gone(lent: Uploads) -> None:
    old = await lent.add("old.png", pieces(png(IMAGE)))
    yesterday = time.time() - uploads.KEPT_S - 1
    os.utime(old.path, (yesterday, yesterday))
    await lent.add("new.png", pieces(png(IMAGE)))
    assert [one.name for one in await lent.listing()] == ["new.png"]
