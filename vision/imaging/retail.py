"""EAN-13, UPC-A, EAN-8 and UPC-E out of grey levels: which digits look most like what is seen, blurred or smeared.

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
UPC_E = ("EEEOOO", "EEOEOO", "EEOOEO", "EEOOOE", "EOEEOO", "EOOEEO", "EOOOEE", "EOEOEO", "EOEOOE", "EOOEOE")
QUIET = 12  # modules
SUB = 4  # samples a module
MOVES = np.concatenate([np.eye(3), -np.eye(3), [(1, 1, 1), (-1, -1, -1), (1, 0, -1), (-1, 0, 1)]])
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
LEAST_ALIKE, LEAST_MARGIN = 0.86, 0.03


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the digits of a kind stand: module numbers from the first guard bar on."""

    modules: int
    guards: tuple[tuple[int, str], ...]
    digits: tuple[int, ...]
    sets: tuple[str, ...]  # the parities that may be, one letter a digit: Odd, Even, Right
    middle: int  # module at which the middle guard stands, or half way


EAN_13 = Layout(
    95,
    ((0, "101"), (45, "01010"), (92, "101")),
    (3, 10, 17, 24, 31, 38, 50, 57, 64, 71, 78, 85),
    tuple(one + "RRRRRR" for one in FIRST),
    47,
)
EAN_8 = Layout(67, ((0, "101"), (31, "01010"), (64, "101")), (3, 10, 17, 24, 36, 43, 50, 57), ("OOOORRRR",), 33)
UPC_E_LAYOUT = Layout(51, ((0, "101"), (45, "010101")), (3, 10, 17, 24, 31, 38), UPC_E, 25)


@dataclass(frozen=True, slots=True)
class Likely:
    """A code that passes its check digit."""

    bits: str  # its modules, "1" dark
    alike: float  # mean correlation of its digits with what is seen, at most 1
    first: float  # samples of the profile at which it begins and ends; the other way round where it runs backwards
    last: float


def likely(profile: Profile, layout: Layout) -> Likely | None:
    """The code that looks most like `profile`, read from either side; None where nothing does well enough."""
    level = _evened(profile)
    n = len(level) - 1
    ways = [(score, anchors, way) for way in (1, -1) for score, anchors in _ends(level[::way], layout)]
    for score, anchors, way in sorted(ways, key=lambda one: -one[0])[:LOOKS]:
        if score < LEAST_GLANCE:
            break
        settled = _settled(level[::way], anchors, layout)
        if _fit(level[::way], settled[None], layout)[0] < LEAST_FIT:
            continue
        found = _digits(level[::way], settled, layout)
        if found is not None:
            return found if way == 1 else replace(found, first=n - found.first, last=n - found.last)
    return None


def _evened(profile: Profile) -> Profile:
    """Darkness from -1 to 1, against what is darkest and lightest nearby."""
    reach = max(9, len(profile) // 12) | 1
    row = profile[None].astype(np.float32)
    kernel = np.ones((1, reach), np.uint8)
    low, high = (cv2.blur(f(row, kernel), (reach, 1))[0] for f in (cv2.erode, cv2.dilate))
    span = np.maximum(high - low, 0.25 * float((high - low).max()) + 1e-3)
    return np.asarray(1 - 2 * (profile - low) / span, np.float32)


def _ends(level: Profile, layout: Layout) -> list[tuple[float, Floats]]:
    """Where a code may begin, have its middle and end, with how like guards it looks there; the best ones."""
    starts, ends = _bars(level)
    if not FEWEST_BARS <= len(starts) <= MOST_BARS:
        return []
    n = len(level)
    starts, ends = starts[starts < 0.55 * n][:MOST_ENDS], ends[ends > 0.45 * n][-MOST_ENDS:]
    pairs = np.array([(a, (a + b) / 2, b) for a, b in product(starts, ends) if b - a > 2.0 * layout.modules])
    if not len(pairs):
        return []
    near = pairs[np.argsort(-_guards(level, pairs, layout))[:GLANCES]]
    scores = _fit(level, near, layout)
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


def _places(anchors: Floats, modules: int, middle: int, at: Floats) -> Floats:
    """Samples of the profile at modules `at`, on a parabola through each row of `anchors`: start, middle, end."""
    a, b, c = anchors[:, :1], anchors[:, 1:2], anchors[:, 2:]
    t, m = at[None] / modules, (middle + 0.5) / modules
    bow = (b - a - m * (c - a)) / (m * (m - 1))
    return np.asarray(a + (c - a) * t + bow * t * (t - 1))


@cache
def _guard_bits(layout: Layout) -> tuple[tuple[Floats, Floats], ...]:
    """Of each guard: modules, and what is seen there of it and the modules beside it, unit length and mean 0."""
    found = []
    for number, (first, bits) in enumerate(layout.guards):
        last = number == len(layout.guards) - 1
        before = "000" if number == 0 else "1" if bits[0] == "0" else "0"
        after = "000" if last else "0" if bits[-1] == "1" else "1"
        row = np.array([float(bit) for bit in before + bits + after])
        fine = cv2.GaussianBlur(np.repeat(row, SUB)[None], (0, 0), 0.45 * SUB, borderType=cv2.BORDER_REPLICATE)[0]
        fine = fine - fine.mean()
        at = first - len(before) + (np.arange(len(fine)) + 0.5) / SUB
        found.append((at, fine / np.linalg.norm(fine)))
    return tuple(found)


def _guards(level: Profile, anchors: Floats, layout: Layout) -> Floats:
    """Mean correlation of the guards with what is seen."""
    total = np.zeros(len(anchors))
    for at, wanted in _guard_bits(layout):
        x = _places(anchors, layout.modules, layout.middle, at)
        seen = np.interp(x, np.arange(len(level)), level)
        seen = seen - seen.mean(axis=1, keepdims=True)
        total += (seen @ wanted) / (np.linalg.norm(seen, axis=1) + 1e-6)
    return total / len(layout.guards)


def _settled(level: Profile, anchors: Floats, layout: Layout) -> Floats:
    """`anchors` moved by parts of a module until the guard bars and the best digits fit."""
    module = (anchors[2] - anchors[0]) / layout.modules
    best, step = anchors, 0.8 * module
    reached = _fit(level, best[None], layout)[0]
    for step_number in range(9):
        if step_number == 3 and reached < LEAST_START:
            break
        tries = best[None] + step * MOVES
        scores = _fit(level, tries, layout)
        if scores.max() > reached + 1e-5:
            best, reached = tries[int(np.argmax(scores))], float(scores.max())
        else:
            step /= 2
    return best


def _fit(level: Profile, anchors: Floats, layout: Layout) -> Floats:
    alike = _correlations(level, anchors, layout, 0.5, 0.0)
    return np.asarray(alike.max(axis=(2, 3)).mean(axis=1) + 0.5 * _guards(level, anchors, layout))


def _correlations(level: Profile, anchors: Floats, layout: Layout, blur: float, gain: float) -> Floats:
    """``(anchors, digits, 3 sets, 10)``: how like each digit is to each that it may be."""
    inside = (np.arange(9 * SUB) + 0.5) / SUB - 1  # one module more to each side
    at = (np.array(layout.digits)[:, None] + inside[None]).reshape(-1)
    x = _places(anchors, layout.modules, layout.middle, at)
    seen = np.interp(x, np.arange(len(level)), level).reshape(len(anchors), len(layout.digits), -1)
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


def _digits(level: Profile, anchors: Floats, layout: Layout) -> Likely | None:
    best = max(
        (_correlations(level, anchors[None], layout, blur, gain)[0] for blur, gain in product(BLURS, GAINS)),
        key=lambda alike: float(alike.max(axis=(1, 2)).mean()),
    )
    tops, digits = best.max(axis=2), best.argmax(axis=2)
    rows = np.arange(len(layout.digits))
    totals = []
    for sets in layout.sets:
        which = np.array(["OER".index(one) for one in sets])
        totals.append((float(tops[rows, which].mean()), sets, which))
    alike, sets, which = max(totals, key=lambda one: one[0])
    chosen = digits[rows, which]
    ordered = np.sort(best[rows, which], axis=1)
    margin = float((ordered[:, -1] - ordered[:, -2]).min())
    if alike < LEAST_ALIKE or margin < LEAST_MARGIN or not _checks(layout, sets, chosen.tolist()):
        return None
    bits = _bits(layout, sets, chosen.tolist())
    return Likely(bits, alike, float(anchors[0]), float(anchors[2]))


def _checks(layout: Layout, sets: str, digits: list[int]) -> bool:
    """Whether the check digit fits; of UPC-E it is told by the parities."""
    if layout is UPC_E_LAYOUT:
        full = _expanded(digits)
        return _check(full) == UPC_E.index(sets)
    whole = [FIRST.index(sets[:6]), *digits] if layout is EAN_13 else digits
    return _check(whole[:-1]) == whole[-1]


def _check(digits: list[int]) -> int:
    weights = [3 if i % 2 == 0 else 1 for i in range(len(digits))]
    return -sum(d * w for d, w in zip(reversed(digits), weights, strict=True)) % 10


def _expanded(six: list[int]) -> list[int]:
    """The eleven digits of the UPC-A that a UPC-E of number system 0 stands for."""
    a, b, c, d, e, last = six
    if last < 3:
        return [0, a, b, last, 0, 0, 0, 0, c, d, e]
    if last == 3:
        return [0, a, b, c, 0, 0, 0, 0, 0, d, e]
    if last == 4:
        return [0, a, b, c, d, 0, 0, 0, 0, 0, e]
    return [0, a, b, c, d, e, 0, 0, 0, 0, last]


def looks_like(profile: Profile, text: str, first: float, last: float) -> bool:
    """Whether an EAN-13 between two samples of `profile` may have the digits of `text`: few look more like others."""
    level = _evened(profile)
    anchors = _settled(level, np.array([first, (first + last) / 2, last]), EAN_13)
    sets = FIRST[int(text[0])] + "RRRRRR"
    which = np.array(["OER".index(one) for one in sets])
    rows, claimed = np.arange(12), np.array([int(one) for one in text[1:]])
    alike = max(
        (_correlations(level, anchors[None], EAN_13, blur, gain)[0] for blur, gain in product(BLURS[:2], GAINS)),
        key=lambda one: float(one.max(axis=(1, 2)).mean()),
    )
    best = alike[rows].max(axis=(1, 2))
    if float(best.mean()) < SEEN_WELL:
        return True  # it is not seen well enough to say
    return int((alike[rows, which, claimed] < best - CLEARLY).sum()) <= MOST_OTHERS


def drawn(found: Likely) -> Grey:
    """The code as clean bars, for the decoder."""
    row = [0 if bit == "1" else 255 for bit in "0" * QUIET + found.bits + "0" * QUIET]
    return np.repeat(np.repeat(np.array([row], np.uint8), 4, axis=1), 12, axis=0)


def _bits(layout: Layout, sets: str, digits: list[int]) -> str:
    row = [" "] * layout.modules
    codes = {"O": ODD, "E": EVEN, "R": RIGHT}
    parts = [*layout.guards, *((p, codes[s][d]) for p, s, d in zip(layout.digits, sets, digits, strict=True))]
    for first, bits in parts:
        row[first : first + len(bits)] = bits
    return "".join(row)
