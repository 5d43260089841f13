"""Functions 17 and 43/14: who the station is."""

from collections.abc import Sequence

from .. import tags
from ..handshake.types import Refused
from ..image import ProcessImage
from .clients import Client
from .codec import Code

PRODUCT = "vision-inspection"
READ_DEVICE_ID = 14
BASIC, REGULAR, EXTENDED, INDIVIDUAL = 1, 2, 3, 4
CONFORMITY = 0x82  # regular objects, as a stream and one by one
ROOM = 253 - 7  # for objects in one answer
LONGEST = ROOM - 2


class Identification:
    """The objects 0-6: VendorName, ProductCode, MajorMinorRevision, VendorUrl, ProductName, ModelName and
    UserApplicationName, which is the station's name.
    """

    def __init__(self, image: ProcessImage, station_name: str, version: str) -> None:
        self._image = image
        texts = (PRODUCT, PRODUCT, version, "", "Vision inspection station", PRODUCT, station_name)
        self._objects = tuple(_cut(text) for text in texts)

    def server_id(self, pdu: bytes, client: Client) -> bytes:
        """Function 17: the product, then the run indicator, FF while Online."""
        if len(pdu) != 1:
            raise Refused(Code.VALUE)
        data = PRODUCT.encode() + (b"\xff" if self._image.seen(tags.ONLINE) else b"\0")
        return bytes((17, len(data))) + data

    def device_id(self, pdu: bytes, client: Client) -> bytes:
        """Function 43; of its interface types only 14 is served."""
        if len(pdu) < 2:
            raise Refused(Code.VALUE)
        if pdu[1] != READ_DEVICE_ID:
            raise Refused(Code.FUNCTION)
        if len(pdu) != 4 or not BASIC <= pdu[2] <= INDIVIDUAL:
            raise Refused(Code.VALUE)
        wanted, first = pdu[2], pdu[3]
        if wanted == INDIVIDUAL:
            if first >= len(self._objects):
                raise Refused(Code.ADDRESS)
            return _answer(wanted, 0, _coded(first, self._objects[first : first + 1]))
        return self._stream(wanted, first)

    def _stream(self, wanted: int, first: int) -> bytes:
        """As many objects from `first` on as fit; an unknown first one means the beginning (specification 6.21)."""
        objects = self._objects[:3] if wanted == BASIC else self._objects
        start = first if first < len(objects) else 0
        fitting: list[bytes] = []
        for coded in _coded(start, objects[start:]):
            if sum(map(len, fitting)) + len(coded) > ROOM:
                return _answer(wanted, start + len(fitting), fitting)
            fitting.append(coded)
        return _answer(wanted, 0, fitting)


def _cut(text: str) -> bytes:
    """So much of `text` as one object holds, whole characters."""
    return text.encode()[:LONGEST].decode(errors="ignore").encode()


def _coded(first: int, objects: Sequence[bytes]) -> list[bytes]:
    return [bytes((number, len(data))) + data for number, data in enumerate(objects, first)]


def _answer(wanted: int, following: int, objects: Sequence[bytes]) -> bytes:
    more = 0xFF if following else 0
    head = bytes((43, READ_DEVICE_ID, wanted, CONFORMITY, more, following, len(objects)))
    return head + b"".join(objects)
