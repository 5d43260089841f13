"""Let tools learn from images; knows no tool by name."""

from .examples import Example
from .lesson import bring_files, save_lesson, teach_step
from .limits import propose_limits

__all__ = ["Example", "bring_files", "propose_limits", "save_lesson", "teach_step"]
