"""An image file in the place of a camera."""

from pathlib import Path

from vision.cameras.image_file import read_image
from vision.frame import Acquisition, Frame
from vision.recipe import Recipe


def acquisition_of(path: Path, recipe: Recipe) -> Acquisition:
    """The image as every shot of the recipe; one of more than 8 bits has as many as the recipe says, else 16.

    Raises:
        FrameError: It cannot be read.
    """
    image = read_image(path)
    deep = (1 << (recipe.image.bits or 16)) - 1
    frame = Frame(image, 0, 0, 0, full_scale=255 if image.dtype.itemsize == 1 else deep, label=path.name)
    return Acquisition({shot.name: frame for shot in recipe.shots})
