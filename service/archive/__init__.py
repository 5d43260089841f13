"""Image files of the parts, with thumbnails, beside the results database."""

from .archive import Archive
from .names import image_name
from .policy import Policy

__all__ = ["Archive", "Policy", "image_name"]
