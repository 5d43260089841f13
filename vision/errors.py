"""What can go wrong in vision; every message says what, where and which value."""


class VisionError(Exception):
    """A foreseen failure."""


class CameraError(VisionError):
    """The camera cannot be opened or gave no usable frame."""


class FrameError(VisionError):
    """The camera is there, but this one frame cannot be used."""


class RecipeError(VisionError):
    """A recipe cannot be read or prepared. `problems` lists every one, each with its place."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems or (message,)


class ToolError(VisionError):
    """A tool cannot do its work on this image: the step is ERROR with this message."""


class TeachError(VisionError):
    """A tool cannot learn from these samples."""
