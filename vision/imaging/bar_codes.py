"""Read bars that were turned upright: as clean bars by the decoder, or as what they look most like."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np

from . import retail
from .bars import Bars, Profile, drawn, placed, profiles, steadiness, upright
from .zxing import WEAK, Code, Grey, TextForm, decode

SHARPENINGS = (0.0, 1.0, 2.5)
SHORTEST_WEAK = 4  # characters of a symbology without a check digit
ALIKE_PROFILES = 4  # in so many of them retail codes are looked for
ALIKE_ALONE = 0.925  # correlation of a reading that one part alone gives
T = TypeVar("T")
STEADY, CLEAR, SURELY = 0.5, 0.72, 0.85
"""From which likeness of its parts on something may be bars, is worth a closer look, and surely is nothing else."""
LINES = 5  # along which a reading is looked at again


@dataclass(frozen=True, slots=True)
class Group:
    """Bars with the profiles of their parts."""

    bars: Bars
    parts: list[Profile]
    steady: float  # how alike its parts are, at most 1: what is no bars has no more than STEADY


def groups(image: Grey) -> list[Group]:
    """The groups of bars in `image` that may be codes."""
    several = ((bars, profiles(bars)) for bars in upright(image))
    found = [Group(bars, parts, steadiness(parts)) for bars, parts in several]
    return [group for group in found if group.steady >= STEADY]


def read_bars(
    several: Iterable[Group], linear: frozenset[str], form: TextForm, check_time: Callable[[], None]
) -> list[Code]:
    """At most one code of each group, which two of its parts or two ways of looking agree on and none contradicts."""
    found = []
    for group in several:
        code = _decoded(group, linear, form, check_time)
        if code is None and "ean_upc" in linear and group.steady >= CLEAR:
            code = _likely(group, form, check_time)
        if code is not None:
            found.append(code)
    return found


def credible(code: Code) -> bool:
    """Whether it is more than a few bars that happen to look like a code."""
    return code.symbology not in WEAK or len(code.data) >= SHORTEST_WEAK


def contradicted(image: Grey, code: Code) -> bool:
    """Whether an EAN-13 that was read looks rather like another one: where all bars are thin, edges alone mislead."""
    if code.symbology != "ean_upc" or len(code.data) != 13:
        return False
    a, b, c, d = code.corners
    left, right = (a + d) / 2, (b + c) / 2
    along = right - left
    length = float(np.linalg.norm(along))
    if length < 95:
        return False
    aside = np.array([-along[1], along[0]]) / length * min(1.5, float(np.linalg.norm(d - a)) / LINES + 0.3)
    at = np.linspace(-0.12, 1.12, int(length * 1.24 * 2))
    lines = left + at[:, None] * along
    points = np.stack([lines + i * aside for i in range(-(LINES // 2), LINES // 2 + 1)]).astype(np.float32)
    seen = cv2.remap(image, points, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    profile = np.asarray(seen.astype(np.float32).mean(axis=0), np.float32)
    return not retail.looks_like(profile, code.data.decode(), 0.12 * 2 * length, 1.12 * 2 * length)


def _decoded(group: Group, linear: frozenset[str], form: TextForm, check_time: Callable[[], None]) -> Code | None:
    seen: Counter[tuple[str, str]] = Counter()
    codes: dict[tuple[str, str], Code] = {}
    for profile in group.parts:
        for sharpening in SHARPENINGS:
            for code in decode(drawn(profile, sharpening), linear, form, turned=False):
                key = code.symbology, code.text
                seen[key] += 1
                codes[key] = code
        check_time()
        if len(seen) == 1 and seen.total() >= 2:
            break
    agreed = _agreed(seen)
    if agreed is None or not credible(codes[agreed]):
        return None
    return codes[agreed].at(placed(group.bars, codes[agreed].corners))


def _likely(group: Group, form: TextForm, check_time: Callable[[], None]) -> Code | None:
    seen: Counter[str] = Counter()
    best: dict[str, retail.Likely] = {}
    for number, profile in enumerate(group.parts[:ALIKE_PROFILES]):
        found = retail.likely(profile)
        check_time()
        if found is not None:
            seen[found.bits] += 1
            best[found.bits] = found
        if (number >= 2 and not seen) or (len(seen) == 1 and seen.total() >= 2):
            break
    agreed = _agreed(seen) or next((bits for bits in seen if len(seen) == 1 and best[bits].alike >= ALIKE_ALONE), None)
    if not agreed:
        return None
    one = best[agreed]
    corners = group.bars.outline(min(one.first, one.last), max(one.first, one.last))
    if one.first > one.last:
        corners = np.roll(corners, 2, axis=0)
    return next((code.at(corners) for code in decode(retail.drawn(one), ["ean_upc"], form, turned=False)), None)


def _agreed(seen: Counter[T]) -> T | None:
    """What was seen at least twice, and more than twice as often as all else."""
    for what, times in seen.most_common(1):
        if times >= 2 and times > 2 * (seen.total() - times):
            return what
    return None
