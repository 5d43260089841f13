"""Image files of the parts, with thumbnails, beside the results database."""

from .archive import Archive
from .names import image_name

__all__ = ["Archive", "image_name"]
