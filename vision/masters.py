"""Masters that parts are compared with: what good parts of each variant look like, and how they vary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .errors import TeachError, ToolError
from .imaging.variation import Variation
from .imaging.warp import inverse, pose_at, pull
from .laying import Bed, Freedom
from .roi import mask_of, moved
from .tool import Taught
from .view import View

Grey = NDArray[np.uint8]
MIN_SIDE_PX = 8
MOST_MASTERS = 16


@dataclass(frozen=True, slots=True)
class Master:
    """Of one variant of the part."""

    name: str  # "" = it was taught without one
    image: Grey  # the mean of the good parts
    mask: Grey  # 255 where the region is
    origin: tuple[int, int]  # first pixel in taught px
    variation: Variation | None = None  # of two good parts or more

    def bed(self, freedom: Freedom) -> Bed:
        """To lay parts on."""
        return Bed(self.image, self.mask, self.origin, freedom)


def learn(good: Mapping[str, Sequence[View]], freedom: Freedom, before: Sequence[Master] = ()) -> list[Master]:
    """A master from the good views of each variant by its name, on top of those taught `before`.

    The first view of a variant says where everything lies; the others are laid on it.

    Raises:
        TeachError: A region is too small, outside the frame, or there are too many variants.
    """
    known = {master.name: master for master in before}
    for name, views in good.items():
        first = known.get(name)
        rest = views if first else views[1:]
        known[name] = _with(first or _first(name, views[0], freedom.margin_px), rest, freedom)
    if len(known) > MOST_MASTERS:
        raise TeachError(f"{len(known)} variants are more than {MOST_MASTERS}: teach them as steps of their own")
    return list(known.values())


def stored(masters: Iterable[Master]) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Arrays and texts to be kept."""
    arrays: dict[str, NDArray[Any]] = {}
    texts: dict[str, str] = {}
    for number, one in enumerate(masters):
        end = f"_{number}" if number else ""
        arrays |= {f"master{end}": one.image, f"mask{end}": one.mask}
        arrays[f"origin{end}"] = np.array(one.origin, np.int64)
        if one.variation is not None:
            arrays[f"spread{end}"] = one.variation.spread.astype(np.float16)
            arrays[f"count{end}"] = np.array(one.variation.count, np.int64)
        if one.name:
            texts[f"name{end}"] = one.name
    return arrays, texts


def masters_of(taught: Taught) -> list[Master]:
    """As `stored` before.

    Raises:
        ToolError: They are missing, or do not fit.
    """
    found = [_master(taught, "")]
    while f"master_{len(found)}" in taught.arrays:
        found.append(_master(taught, f"_{len(found)}"))
    return found


def _first(name: str, view: View, margin: int) -> Master:
    outline = moved(view.region.outline, inverse(view.pose))
    low, high = (np.round(f(outline, axis=0) + 0.5).astype(int) for f in (np.min, np.max))
    if (high - low).min() < MIN_SIDE_PX:
        size = "{}x{}".format(*(high - low))
        raise TeachError(f"the region is {size} px; at least {MIN_SIDE_PX}x{MIN_SIDE_PX} px are needed")
    x, y = (low - margin).tolist()
    w, h = (high - low + 2 * margin).tolist()
    pose = pose_at(view.pose, (x, y))
    inside = cv2.bitwise_and(mask_of(outline - (x, y), (h, w)), pull(_region_mask(view), pose, (w, h), 0))
    if np.count_nonzero(inside) < MIN_SIDE_PX**2:
        raise TeachError("nothing of the region lies inside the frame and outside its masks")
    return Master(name, pull(view.frame_grey, pose, (w, h)), np.asarray(inside, np.uint8), (x, y))


def _with(master: Master, views: Sequence[View], freedom: Freedom) -> Master:
    if not views:
        return master
    bed, variation = master.bed(freedom), master.variation or Variation.first(master.image)
    for number, view in enumerate(views, 1):
        try:
            laid = bed.lay(view)
        except ToolError as exc:
            raise TeachError(f"good part {number} cannot be laid on the master: {exc}") from exc
        variation = variation.with_one(laid.image, laid.seen)
    return replace(master, image=variation.master, variation=variation)


def _master(taught: Taught, end: str) -> Master:
    image, mask, origin = (taught.array(name + end) for name in ("master", "mask", "origin"))
    if image.ndim != 2 or image.dtype != np.uint8 or min(image.shape) < MIN_SIDE_PX:
        raise ToolError(f"taught data does not fit: the master is {image.dtype} {image.shape}, not a grey uint8 image")
    if mask.shape != image.shape or mask.dtype != np.uint8 or not mask.any():
        raise ToolError(f"taught data does not fit: a mask of {mask.shape} for a master of {image.shape}")
    if origin.shape != (2,) or not np.isfinite(origin).all():
        raise ToolError("taught data does not fit: the master's place is not one x and one y")
    place = int(origin[0]), int(origin[1])
    return Master(taught.texts.get(f"name{end}", ""), image, mask, place, _variation(taught, end, image))


def _variation(taught: Taught, end: str, image: Grey) -> Variation | None:
    if f"spread{end}" not in taught.arrays:
        return None
    spread, count = taught.array(f"spread{end}").astype(np.float32), taught.array(f"count{end}")
    if spread.shape != image.shape or not np.isfinite(spread).all() or spread.min() < 0:
        raise ToolError(f"taught data does not fit: a spread of {spread.shape} for a master of {image.shape}")
    if count.shape != () or not 2 <= int(count) < 2**31:
        raise ToolError("taught data does not fit: the master's spread is not that of two good parts or more")
    return Variation(int(count), image.astype(np.float32), spread)


def _region_mask(view: View) -> Grey:
    mask = np.zeros(view.raw.shape[:2], np.uint8)
    x, y, w, h = view.region.box
    mask[y : y + h, x : x + w] = view.region.mask
    return mask
