"""What can go wrong in vision; every message says what, where and which value."""

from enum import IntEnum, unique


@unique
class ErrorCode(IntEnum):
    """Alarm numbers of an inspection that is ERROR; rows of the station's one table of alarms."""

    NONE = 0
    RECIPE = 203  # nothing in it that judges
    TIME_LIMIT = 302  # a step or the recipe ran out of time
    IMAGE_QUALITY = 303  # wholly black, wholly white, or torn
    TOOL = 304  # a tool could not do its work on this image
    IMAGE_FORMAT = 305  # not the size, channels or depth that the recipe was made for
    INTERNAL = 306  # a defect in a tool; the traceback is in the log
    MEMORY = 307  # a tool wanted more than there is


class VisionError(Exception):
    """A foreseen failure."""


class CameraError(VisionError):
    """The camera cannot be opened or gave no usable frame."""


class FrozenError(CameraError):
    """The same pixels come again and again."""


class FormatChangedError(CameraError):
    """Frames have another size, other channels or another depth than the camera's first one."""


class FrameError(VisionError):
    """The camera is there, but this one frame cannot be used."""


class RecipeError(VisionError):
    """A recipe cannot be read or prepared. `problems` lists every one, each with its place."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems or (message,)


class ToolError(VisionError):
    """A tool cannot do its work on this image: the step is ERROR with this message."""


class TimeLimitError(ToolError):
    """The time limit of the step is over."""


class ImageFormatError(ToolError):
    """The frame is not of the size, channels or depth that the recipe was made for."""


class ImageQualityError(ToolError):
    """The frame is wholly black, wholly white, or torn."""


class TeachError(VisionError):
    """A tool cannot learn from these samples."""
