"""Sizes, formats and colour spaces: values without behaviour, some of them changed by picamera2."""

from dataclasses import dataclass
from enum import Enum


class StreamRole(Enum):
    Raw = 0
    StillCapture = 1
    VideoRecording = 2
    Viewfinder = 3


class Orientation(Enum):
    Rotate0 = 1
    Rotate0Mirror = 2
    Rotate180 = 3
    Rotate180Mirror = 4
    Rotate90Mirror = 5
    Rotate270 = 6
    Rotate270Mirror = 7
    Rotate90 = 8


@dataclass(unsafe_hash=True)
class Size:
    width: int = 0
    height: int = 0


@dataclass(unsafe_hash=True)
class Rectangle:
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


class PixelFormat:
    def __init__(self, name: object = "XBGR8888") -> None:
        self._name = str(name)

    def __str__(self) -> str:
        return self._name

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._name)


class Transform:
    def __init__(self, hflip: int = 0, vflip: int = 0, transpose: int = 0) -> None:
        self.hflip, self.vflip, self.transpose = bool(hflip), bool(vflip), bool(transpose)

    def __str__(self) -> str:
        return f"<Transform {self.hflip} {self.vflip} {self.transpose}>"

    def __hash__(self) -> int:
        return hash((self.hflip, self.vflip, self.transpose))


class ColorSpace:
    class Primaries(Enum):
        Raw = 0
        Smpte170m = 1
        Rec709 = 2
        Rec2020 = 3

    class TransferFunction(Enum):
        Linear = 0
        Srgb = 1
        Rec709 = 2

    class YcbcrEncoding(Enum):
        Null = 0
        Rec601 = 1
        Rec709 = 2
        Rec2020 = 3

    class Range(Enum):
        Full = 0
        Limited = 1

    primaries: object
    transferFunction: object  # noqa: N815
    ycbcrEncoding: object  # noqa: N815
    range: object

    def __init__(self, *given: object) -> None:
        first = given[0]
        if isinstance(first, ColorSpace):
            given = (first.primaries, first.transferFunction, first.ycbcrEncoding, first.range)
        self.primaries, self.transferFunction, self.ycbcrEncoding, self.range = given

    def __str__(self) -> str:
        return f"<ColorSpace {self.primaries}>"

    def __hash__(self) -> int:
        return hash((self.primaries, self.transferFunction))

    @classmethod
    def Raw(cls) -> "ColorSpace":  # noqa: N802 - the bindings' name
        return cls(cls.Primaries.Raw, cls.TransferFunction.Linear, cls.YcbcrEncoding.Null, cls.Range.Full)

    @classmethod
    def Sycc(cls) -> "ColorSpace":  # noqa: N802
        return cls(cls.Primaries.Rec709, cls.TransferFunction.Srgb, cls.YcbcrEncoding.Rec601, cls.Range.Full)

    @classmethod
    def Smpte170m(cls) -> "ColorSpace":  # noqa: N802
        return cls(cls.Primaries.Smpte170m, cls.TransferFunction.Rec709, cls.YcbcrEncoding.Rec601, cls.Range.Limited)

    @classmethod
    def Rec709(cls) -> "ColorSpace":  # noqa: N802
        return cls(cls.Primaries.Rec709, cls.TransferFunction.Rec709, cls.YcbcrEncoding.Rec709, cls.Range.Limited)
