"""The recipe's calibration from its taught data."""

from ..calibration import Calibration, Lens, Plane
from ..errors import RecipeError
from ..tool import Taught

SHAPES = {"to_mm": (3, 3), "matrix": (3, 3), "distortion": (5,)}


def calibration_of(taught: Taught, mm_per_px: float) -> Calibration:
    """What measures with it.

    Raises:
        RecipeError: The data does not fit.
    """
    for name, array in taught.arrays.items():
        if array.shape != SHAPES.get(name) or array.dtype != "float64":
            raise RecipeError(f"the calibration cannot be used: {name} is {array.dtype} {array.shape}")
    if "to_mm" not in taught.arrays or ("matrix" in taught.arrays) != ("distortion" in taught.arrays):
        raise RecipeError("the calibration cannot be used: an array of it is missing")
    lens = Lens(taught.arrays["matrix"], taught.arrays["distortion"]) if "matrix" in taught.arrays else None
    return Calibration(mm_per_px, Plane(taught.arrays["to_mm"], lens))
