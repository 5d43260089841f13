"""Which of the edges on a scan are meant: by polarity, strength, place or expected width."""

from collections.abc import Sequence
from typing import Literal

from .edge1d import Edge

Polarity = Literal["any", "dark_to_light", "light_to_dark"]
Select = Literal["strongest", "first", "last"]
Edges = tuple[Edge, ...]


def strength(edge: Edge) -> float:
    """Grey levels."""
    return abs(edge.contrast)


def rises(edge: Edge, polarity: Polarity) -> bool:
    """Whether it is of this polarity."""
    return polarity == "any" or (edge.contrast > 0) == (polarity == "dark_to_light")


def choose(given: Sequence[Edges], select: Select, expected_px: float | None = None) -> Edges | None:
    """One of several edges, pairs or gaps, which are in the order of the scan; None = there is none."""
    if not given:
        return None
    if expected_px is not None:
        return min(given, key=lambda one: abs(one[-1].u - one[0].u - expected_px))
    if select == "strongest":
        return max(given, key=lambda one: sum(map(strength, one)))
    return given[0] if select == "first" else given[-1]


def chosen_pair(found: Sequence[Edge], polarity: Polarity, select: Select, expected_px: float | None) -> Edges | None:
    """The pair of opposite edges that is meant, of all there are: others may lie between its two."""
    pairs = [
        (a, b) for i, a in enumerate(found) if rises(a, polarity) for b in found[i + 1 :] if a.contrast * b.contrast < 0
    ]
    if select == "last":
        pairs.sort(key=lambda pair: (pair[1].u, pair[0].u))
    return choose(pairs, select, expected_px)


def bars(found: Sequence[Edge], polarity: Polarity) -> list[tuple[Edge, Edge]]:
    """Pairs of opposite edges one after the other, none inside another; with polarity any as the first edge begins."""
    begun: Edge | None = None
    complete: list[tuple[Edge, Edge]] = []
    wanted = polarity
    if polarity == "any" and found:
        wanted = "dark_to_light" if found[0].contrast > 0 else "light_to_dark"
    for edge in found:
        if begun is None:
            begun = edge if rises(edge, wanted) else None
        elif not rises(edge, wanted):
            complete.append((begun, edge))
            begun = None
    return complete
