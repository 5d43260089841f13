"""Differences of a part from a master that neither edges, nor light, nor what good parts show explain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .imaging import difference
from .imaging.defect_form import form
from .imaging.relation import Relation, relation
from .imaging.second_look import is_shifted
from .imaging.spots import Spot, grown
from .imaging.variation import thresholds
from .laying import Freedom, Laid
from .masters import Master
from .view import View

Grey = NDArray[np.uint8]
LEAST_SURE_PX = 5  # of a defect beyond what edges may move
FURTHER_PX = 6  # so far beyond the registration an edge may lie, where all round it does
MOST_LOOKS = 100  # at differences a second time


@dataclass(frozen=True, slots=True)
class Rules:
    """What is a difference."""

    freedom: Freedom
    plain: int  # threshold, grey levels
    along_edges: int
    spreads: float  # of the good parts, standard deviations
    min_area_px: int
    join_px: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Images of the master's size, 255 where a part differs."""

    brighter: Grey
    darker: Grey

    @property
    def all(self) -> Grey:
        return cast("Grey", cv2.bitwise_or(self.brighter, self.darker))

    @property
    def pixels(self) -> int:
        """How many."""
        return cv2.countNonZero(self.brighter) + cv2.countNonZero(self.darker)


@dataclass(frozen=True, slots=True)
class Defect:
    """One of the differences; `spot` is in px of the master."""

    brighter: bool  # than the master; else darker
    relation: Relation
    contrast: float  # grey levels, mean of its pixels against the master
    spot: Spot

    @property
    def polarity(self) -> str:
        return "brighter" if self.brighter else "darker"


class Compared:
    """A master ready to be compared with."""

    def __init__(self, master: Master, rules: Rules) -> None:
        self.name, self.bed, self._rules = master.name, master.bed(rules.freedom), rules
        self._image, tolerance = master.image, rules.freedom.tolerance_px
        least = thresholds(
            difference.edges(self._image, tolerance, rules.plain) if rules.plain != rules.along_edges else self._image,
            rules.plain,
            rules.along_edges,
            master.variation.expected if master.variation else None,
            rules.spreads,
        )
        self._master = difference.Master(self._image, tolerance, least)

    def differences(self, laid: Laid) -> Differences:
        """Of a part on this master, beyond what its edges may move."""
        found = self._master.brighter_darker(laid.image)
        return Differences(*(cast("Grey", cv2.bitwise_and(one, laid.seen)) for one in found))

    def unlike(self, laid: Laid) -> float:
        """Mean difference of all pixels (grey levels)."""
        return cv2.norm(laid.image, self._image, cv2.NORM_L1, laid.seen) / max(1, cv2.countNonZero(laid.seen))

    def defects(self, view: View, laid: Laid, found: Differences) -> list[Defect]:
        """The largest first, without those that are edges a little further off.

        Raises:
            TimeLimitError: The view's time is over.
        """
        whole = self._master.brighter_darker_at_all(laid.image)
        spots = [(spot, True) for spot in self._spots(found.brighter, whole[0], laid.seen)]
        spots += [(spot, False) for spot in self._spots(found.darker, whole[1], laid.seen)]
        spots.sort(key=lambda one: (-one[0].area, one[0].box))
        return list(self._kept(view, laid, spots))

    def form(self, laid: Laid, defect: Defect) -> NDArray[np.float64]:
        """By which its kind is told, see `defect_form`."""
        return form(self._image, laid.image, defect.spot, defect.relation)

    def _kept(self, view: View, laid: Laid, spots: list[tuple[Spot, bool]]) -> Iterator[Defect]:
        reach = min(FURTHER_PX, self._rules.freedom.shift_px)
        for number, (spot, brighter) in enumerate(spots):
            view.check_time()
            if number >= MOST_LOOKS or not is_shifted(
                self._master, laid.image, laid.seen, spot, brighter, reach, LEAST_SURE_PX
            ):
                yield self._defect(laid, spot, brighter)

    def _defect(self, laid: Laid, spot: Spot, brighter: bool) -> Defect:
        x, y, w, h = spot.box
        here = np.s_[y : y + h, x : x + w]
        contrast = float((laid.image[here][spot.mask].astype(float) - self._image[here][spot.mask]).mean())
        how = relation(self._image, laid.image, spot, brighter)
        return Defect(brighter, how, contrast, spot)

    def _spots(self, sure: Grey, whole: Grey, seen: Grey) -> list[Spot]:
        rules = self._rules
        counts, reach = cast("Grey", cv2.bitwise_and(whole, seen)), rules.freedom.tolerance_px + 1
        return grown(sure, counts, LEAST_SURE_PX, rules.min_area_px, rules.join_px, reach)
