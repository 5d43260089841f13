"""Files that clients read and write: the image of a result, the archive of a recipe."""

from .last_images import LastImages
from .station_files import Files

__all__ = ["Files", "LastImages"]
