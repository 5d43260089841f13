"""An image's size by its header alone: what a file claims before anything is decoded."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_NOT_A_FRAME = {0xC4, 0xC8, 0xCC}  # JPEG markers among the SOFn that are none
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG, JPEG, BMP or TIFF names; None if it is none of them or its header is broken."""
    try:
        if data.startswith(_PNG):
            return _pair(struct.unpack_from(">II", data, 16))
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(b"BM"):
            return _bmp(data)
        if data.startswith((b"II*\0", b"MM\0*")):
            return _tiff(data)
    except struct.error:  # shorter than its header
        return None
    return None


def cut_short(data: bytes) -> bool:
    """Whether a PNG or JPEG lacks its end mark: decoders fill the rest with grey and say nothing."""
    if data.startswith(_PNG):
        return b"IEND" not in data[-64:]
    if data.startswith(b"\xff\xd8"):
        return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")
    return False


def _pair(values: tuple[int, ...]) -> tuple[int, int]:
    return values[0], values[1]


def _bmp(data: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", data, 14)[0] == 12:  # the oldest header
        return _pair(struct.unpack_from("<HH", data, 18))
    width, height = struct.unpack_from("<ii", data, 18)
    return abs(width), abs(height)  # a negative height says top to bottom


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1] if at + 1 < len(data) else 0
        if marker == 0xFF:  # padding
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _NOT_A_FRAME:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _tiff(data: bytes) -> tuple[int, int] | None:
    order = "<" if data.startswith(b"II") else ">"
    directory = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, directory)[0]
    found: dict[int, int] = {}
    for i in range(count):
        entry = directory + 2 + 12 * i
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            found[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, entry + 8)[0]
    return (found[_TIFF_WIDTH], found[_TIFF_HEIGHT]) if len(found) == 2 else None
