"""EAN-13 and UPC-A out of grey levels: which digits look most like what is seen, blurred or smeared.

A reader of edges needs every bar; here each digit is compared as a whole with the ten that it may be, on the grid of
modules that the guard bars fix (ISO/IEC 15420).
"""

from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from .bars import extremes
from .zxing import Grey

Floats = NDArray[np.float64]
Profile = NDArray[np.float32]
ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
EVEN = tuple("".join("10"[int(bit)] for bit in reversed(code)) for code in ODD)
RIGHT = tuple("".join("10"[int(bit)] for bit in code) for code in ODD)
FIRST = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")
MODULES, MIDDLE = 95, 47  # from the first guard bar to the last, and the module in the middle
GUARDS = ((0, "101"), (45, "01010"), (92, "101"))
DIGITS = np.array((3, 10, 17, 24, 31, 38, 50, 57, 64, 71, 78, 85))
QUIET = 12  # modules
SUB = 4  # samples a module
MOVES = np.concatenate([np.eye(3), -np.eye(3), [(1, 1, 1), (-1, -1, -1), (1, 0, -1), (-1, 0, 1)]])
NEARBY = np.array([(a, (a + b) / 2, b) for a, b in product((-0.7, 0, 0.7), repeat=2)])
BLURS = (0.25, 0.5, 0.8)  # of the printed code, modules
GAINS = (-0.25, 0.0, 0.25)  # bars broader than they should be, modules
LOOKS = 3  # pairs that are looked at
SEEN_WELL, CLEARLY, MOST_OTHERS = 0.9, 0.08, 2
"""Correlation from which digits can be told, by how much another one must be more like, how many may be."""
LEAST_GLANCE, LEAST_START, LEAST_FIT = 1.0, 1.1, 1.22  # of digits and guards: before, while and after ends are moved
GLANCES = 32  # pairs of ends whose digits are glanced at
MOST_ENDS = 28
FEWEST_BARS, MOST_BARS = 16, 90
FAINT = 0.15  # darkness: a smaller change is no bar
LEAST_ALIKE, LEAST_MARGIN = 0.885, 0.03


@dataclass(frozen=True, slots=True)
class Likely:
    """A code that passes its check digit."""

    bits: str  # its modules, "1" dark
    alike: float  # mean correlation of its digits with what is seen, at most 1
    first: float  # samples of the profile at which it begins and ends; the other way round where it runs backwards
    last: float


def likely(profile: Profile) -> Likely | None:
    """The code that looks most like `profile`, read from either side; None where nothing does well enough."""
    level = _evened(profile)
    n = len(level) - 1
    ways = [(score, anchors, way) for way in (1, -1) for score, anchors in _ends(level[::way])]
    for score, anchors, way in sorted(ways, key=lambda one: -one[0])[:LOOKS]:
        if score < LEAST_GLANCE:
            break
        settled = _settled(level[::way], anchors)
        if _fit(level[::way], settled[None])[0] < LEAST_FIT:
            continue
        found = _digits(level[::way], settled)
        if found is not None:
            return found if way == 1 else replace(found, first=n - found.first, last=n - found.last)
    return None


def looks_like(profile: Profile, text: str, first: float, last: float) -> bool:
    """Whether an EAN-13 between two samples of `profile` may have the digits of `text`: few look more like others."""
    level = _evened(profile)
    sets = FIRST[int(text[0])] + "RRRRRR"
    which, claimed = np.array(["OER".index(one) for one in sets]), np.array([int(one) for one in text[1:]])
    ends = np.array([first, (first + last) / 2, last])
    near = ends + (last - first) / MODULES * NEARBY
    alike = _correlations(level, near, 0.5, 0.0)
    best = int(alike.max(axis=(2, 3)).mean(axis=1).argmax())
    if _others(alike[best], which, claimed) <= MOST_OTHERS:
        return True
    settled = _settled(level, near[best])[None]
    several = [_correlations(level, settled, blur, gain)[0] for blur, gain in product(BLURS[:2], GAINS)]
    clearest = max(several, key=lambda one: float(one.max(axis=(1, 2)).mean()))
    if float(clearest.max(axis=(1, 2)).mean()) < SEEN_WELL:
        return True  # it is not seen well enough to say
    return _others(clearest, which, claimed) <= MOST_OTHERS


def drawn(found: Likely) -> Grey:
    """The code as clean bars, for the decoder."""
    row = [0 if bit == "1" else 255 for bit in "0" * QUIET + found.bits + "0" * QUIET]
    return np.repeat(np.repeat(np.array([row], np.uint8), 4, axis=1), 12, axis=0)


def _evened(profile: Profile) -> Profile:
    """Darkness from -1 to 1, against what is darkest and lightest nearby."""
    reach = max(9, len(profile) // 12) | 1
    row = profile[None].astype(np.float32)
    kernel = np.ones((1, reach), np.uint8)
    low, high = (cv2.blur(f(row, kernel), (reach, 1))[0] for f in (cv2.erode, cv2.dilate))
    span = np.maximum(high - low, 0.25 * float((high - low).max()) + 1e-3)
    return np.asarray(1 - 2 * (profile - low) / span, np.float32)


def _ends(level: Profile) -> list[tuple[float, Floats]]:
    """Where a code may begin, have its middle and end, with how like guards it looks there; the best ones."""
    starts, ends = _bars(level)
    if not FEWEST_BARS <= len(starts) <= MOST_BARS:
        return []
    n = len(level)
    starts, ends = starts[starts < 0.55 * n][:MOST_ENDS], ends[ends > 0.45 * n][-MOST_ENDS:]
    pairs = np.array([(a, (a + b) / 2, b) for a, b in product(starts, ends) if b - a > 2.0 * MODULES])
    if not len(pairs):
        return []
    near = pairs[np.argsort(-_guards(level, pairs))[:GLANCES]]
    scores = _fit(level, near)
    return [(float(scores[i]), near[i]) for i in np.argsort(-scores)[:LOOKS]]


def _bars(level: Profile) -> tuple[Floats, Floats]:
    """Where bars begin and where they end: half way between a light and a dark extreme, however faint."""
    ends = np.array(extremes(level, FAINT))
    if len(ends) < 2:
        return np.zeros(0), np.zeros(0)
    half = (level[ends[1:]] + level[ends[:-1]]) / 2
    places = np.array([_crossing(level, a, b, h) for a, b, h in zip(ends[:-1], ends[1:], half, strict=True)])
    darker = level[ends[1:]] > level[ends[:-1]]
    return places[darker], places[~darker]


def _crossing(level: Profile, a: int, b: int, half: float) -> float:
    part, at = level[a : b + 1], np.arange(b - a + 1)
    return a + float(np.interp(half, part, at) if part[-1] > part[0] else np.interp(-half, -part, at))


def _places(anchors: Floats, at: Floats) -> Floats:
    """Samples of the profile at modules `at`, on a parabola through each row of `anchors`: start, middle, end."""
    a, b, c = anchors[:, :1], anchors[:, 1:2], anchors[:, 2:]
    t, m = at[None] / MODULES, (MIDDLE + 0.5) / MODULES
    bow = (b - a - m * (c - a)) / (m * (m - 1))
    return np.asarray(a + (c - a) * t + bow * t * (t - 1))


@cache
def _guard_bits() -> tuple[tuple[Floats, Floats], ...]:
    """Of each guard: modules, and what is seen there of it and the modules beside it, unit length and mean 0."""
    found = []
    for number, (first, bits) in enumerate(GUARDS):
        last = number == len(GUARDS) - 1
        before = "000" if number == 0 else "1" if bits[0] == "0" else "0"
        after = "000" if last else "0" if bits[-1] == "1" else "1"
        row = np.array([float(bit) for bit in before + bits + after])
        fine = cv2.GaussianBlur(np.repeat(row, SUB)[None], (0, 0), 0.45 * SUB, borderType=cv2.BORDER_REPLICATE)[0]
        fine = fine - fine.mean()
        at = first - len(before) + (np.arange(len(fine)) + 0.5) / SUB
        found.append((at, fine / np.linalg.norm(fine)))
    return tuple(found)


def _guards(level: Profile, anchors: Floats) -> Floats:
    """Mean correlation of the guards with what is seen."""
    total = np.zeros(len(anchors))
    for at, wanted in _guard_bits():
        x = _places(anchors, at)
        seen = np.interp(x, np.arange(len(level)), level)
        seen = seen - seen.mean(axis=1, keepdims=True)
        total += (seen @ wanted) / (np.linalg.norm(seen, axis=1) + 1e-6)
    return total / len(GUARDS)


def _settled(level: Profile, anchors: Floats) -> Floats:
    """`anchors` moved by parts of a module until the guard bars and the best digits fit."""
    module = (anchors[2] - anchors[0]) / MODULES
    best, step = anchors, 0.8 * module
    reached = _fit(level, best[None])[0]
    for step_number in range(9):
        if step_number == 3 and reached < LEAST_START:
            break
        tries = best[None] + step * MOVES
        scores = _fit(level, tries)
        if scores.max() > reached + 1e-5:
            best, reached = tries[int(np.argmax(scores))], float(scores.max())
        else:
            step /= 2
    return best


def _fit(level: Profile, anchors: Floats) -> Floats:
    alike = _correlations(level, anchors, 0.5, 0.0)
    return np.asarray(alike.max(axis=(2, 3)).mean(axis=1) + 0.5 * _guards(level, anchors))


def _correlations(level: Profile, anchors: Floats, blur: float, gain: float) -> Floats:
    """``(anchors, digits, 3 sets, 10)``: how like each digit is to each that it may be."""
    inside = (np.arange(9 * SUB) + 0.5) / SUB - 1  # one module more to each side
    at = (DIGITS[:, None] + inside[None]).reshape(-1)
    x = _places(anchors, at)
    seen = np.interp(x, np.arange(len(level)), level).reshape(len(anchors), len(DIGITS), -1)
    seen = seen - seen.mean(axis=2, keepdims=True)
    seen /= np.linalg.norm(seen, axis=2, keepdims=True) + 1e-6
    return np.asarray(np.einsum("adk,stk->adst", seen, _templates(blur, gain)))


@cache
def _templates(blur: float, gain: float) -> Floats:
    """``(3, 10, samples)``, unit length, mean 0; what stands before and after a digit always has the other colour."""
    fine = 8
    out = np.zeros((3, 10, 9 * SUB))
    for s, codes in enumerate((ODD, EVEN, RIGHT)):
        for digit, code in enumerate(codes):
            outer = ("1", "0") if s < 2 else ("0", "1")
            bits = np.array([float(bit) for bit in outer[0] * 4 + code + outer[1] * 4])
            wide = np.repeat(bits, fine * SUB)[None]
            grown = round(abs(gain) * fine * SUB / 2) * 2 + 1
            if gain:
                wide = (cv2.dilate if gain > 0 else cv2.erode)(wide, np.ones((1, grown), np.uint8))
            wide = cv2.GaussianBlur(wide, (0, 0), blur * fine * SUB)
            row = wide[0, 3 * fine * SUB : 12 * fine * SUB].reshape(-1, fine).mean(axis=1)
            row = row - row.mean()
            out[s, digit] = row / np.linalg.norm(row)
    return out


def _digits(level: Profile, anchors: Floats) -> Likely | None:
    best = max(
        (_correlations(level, anchors[None], blur, gain)[0] for blur, gain in product(BLURS, GAINS)),
        key=lambda alike: float(alike.max(axis=(1, 2)).mean()),
    )
    tops, digits = best.max(axis=2), best.argmax(axis=2)
    rows = np.arange(len(DIGITS))
    totals = []
    for sets in (one + "RRRRRR" for one in FIRST):
        which = np.array(["OER".index(one) for one in sets])
        totals.append((float(tops[rows, which].mean()), sets, which))
    alike, sets, which = max(totals, key=lambda one: one[0])
    chosen = digits[rows, which]
    ordered = np.sort(best[rows, which], axis=1)
    margin = float((ordered[:, -1] - ordered[:, -2]).min())
    if alike < LEAST_ALIKE or margin < LEAST_MARGIN or not _checks(sets, chosen.tolist()):
        return None
    bits = _bits(sets, chosen.tolist())
    return Likely(bits, alike, float(anchors[0]), float(anchors[2]))


def _checks(sets: str, digits: list[int]) -> bool:
    """Whether the check digit fits; the first digit is told by the parities of the left ones."""
    whole = [FIRST.index(sets[:6]), *digits]
    return _check(whole[:-1]) == whole[-1]


def _check(digits: list[int]) -> int:
    weights = [3 if i % 2 == 0 else 1 for i in range(len(digits))]
    return -sum(d * w for d, w in zip(reversed(digits), weights, strict=True)) % 10


def _others(alike: Floats, which: NDArray[np.intp], claimed: NDArray[np.intp]) -> int:
    """How many digits look clearly more like another one than like the one that is claimed."""
    return int((alike[np.arange(12), which, claimed] < alike.max(axis=(1, 2)) - CLEARLY).sum())


def _bits(sets: str, digits: list[int]) -> str:
    row = [" "] * MODULES
    codes = {"O": ODD, "E": EVEN, "R": RIGHT}
    parts = [*GUARDS, *((p, codes[s][d]) for p, s, d in zip(DIGITS, sets, digits, strict=True))]
    for first, bits in parts:
        row[first : first + len(bits)] = bits
    return "".join(row)
