"""The images that drafts are tried on, decoded once."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.evaluation.part_image import acquisition_of
from vision.errors import RecipeError
from vision.frame import Acquisition
from vision.recipe import Recipe
from vision.teach import load_reference

MOST = 3


class Images:
    """The newest few; the same image is the very same object, by which what was found on it is known again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Acquisition] = OrderedDict()

    def get(self, image: Mapping[str, Any], recipe: Recipe, folder: Path) -> Acquisition:
        """`image` has a ``path``, or the name of a ``reference``.

        Raises:
            FrameError: It cannot be read.
            RecipeError: There is no such reference.
            OSError: It is gone.
        """
        shots = tuple(shot.name for shot in recipe.shots)
        if (name := image.get("reference")) is not None:
            entry = recipe.taught.get(name)
            if entry is None:
                raise RecipeError(f"the recipe has no reference {name!r}")
            key: object = (folder, name, entry.sha256, shots)
            return self._known(key) or self._keep(key, load_reference(recipe, folder, name)[0])
        path = Path(image["path"])
        stat = path.stat()
        key = (path, stat.st_mtime_ns, stat.st_size, shots, recipe.image.bits)
        return self._known(key) or self._keep(key, acquisition_of(path, recipe))

    def _known(self, key: object) -> Acquisition | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: object, acquisition: Acquisition) -> Acquisition:
        self._kept[key] = acquisition
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return acquisition
