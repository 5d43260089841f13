"""A found plane as taught data, and in the recipe that is to use it."""

from pathlib import Path

from ..calibration import STORED_AS, STORED_VERSION
from ..recipe import CalibrationEntry, Recipe, TaughtEntry
from ..taught import save_taught
from ..tool import Taught
from .plane import FoundPlane


def plane_to_keep(found: FoundPlane) -> Taught:
    """Arrays of what was found; the residual is kept for the record."""
    arrays = {"to_mm": found.plane.to_mm}
    if found.plane.lens is not None:
        arrays |= {"matrix": found.plane.lens.matrix, "distortion": found.plane.lens.distortion}
    record = (
        f"residual {found.residual_mm:.4g} mm, largest {found.largest_mm:.4g} mm, {found.size[0]}x{found.size[1]} px"
    )
    return Taught(arrays=arrays, texts={"record": record})


def save_plane(recipe: Recipe, folder: Path, found: FoundPlane, name: str = STORED_AS) -> Recipe:
    """Write the plane below `folder`; the recipe that measures on it. No recipe file is touched."""
    digest = save_taught(folder, name, plane_to_keep(found), STORED_AS, STORED_VERSION)
    entry = TaughtEntry(tool=STORED_AS, tool_version=STORED_VERSION, sha256=digest)
    scale = found.calibration.mm_per_px
    return recipe.model_copy(
        update={
            "calibration": CalibrationEntry(mm_per_px=scale, taught=name),
            "taught": {**recipe.taught, name: entry},
        }
    )
