"""Read a matrix code from its modules, drawn anew."""

from collections.abc import Callable, Iterable

from . import matrix_grid
from .matrix_grid import Grid
from .matrix_patterns import patterns
from .zxing import Code, Grey, TextForm, decode

LOOKS = 3  # patterns laid on one place
SURE, LEAST = 0.7, 0.18  # of the contrast: a pattern that fits, and one that is worth a try


def read_matrix(crop: Grey, symbologies: Iterable[str], form: TextForm, check_time: Callable[[], None]) -> Code | None:
    """The Data Matrix or QR code in `crop` whose modules can be sampled and decoded."""
    known = [pattern for name in sorted(symbologies) for pattern in patterns(name)]
    if not known:
        return None
    rest: list[Grid] = []
    for quad in matrix_grid.quads(crop):
        grids = matrix_grid.likeliest(crop, quad, known, LOOKS)
        check_time()
        if grids and grids[0].score > SURE and (code := _sampled(crop, grids[0], form, check_time)):
            return code
        rest += [grid for grid in grids if LEAST <= grid.score <= SURE]
    for grid in sorted(rest, key=lambda one: -one.score)[:LOOKS]:
        if code := _sampled(crop, grid, form, check_time):
            return code
    return None


def _sampled(crop: Grey, grid: Grid, form: TextForm, check_time: Callable[[], None]) -> Code | None:
    laid = matrix_grid.laid(crop, grid)
    check_time()
    for symbol in matrix_grid.sampled(crop, laid).symbols():
        read = decode(symbol, [grid.pattern.symbology], form, turned=False)
        if read:
            return read[0].at(laid.corners)
    return None
