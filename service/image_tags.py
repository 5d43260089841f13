"""The tags Image.*: where the newest image, and the newest one of a bad part, are fetched over HTTP."""

import ipaddress
from contextlib import suppress

from protocols import tags
from protocols.image import ProcessImage
from vision.result import Judgement

from .addresses import addresses_of, binds, split
from .inspection import Inspection
from .plc import CODES
from .settings import Settings
from .store import ResultFilter, Results, StoreError

LOOKED_AT = 50  # newest results of each judgement at a start


class ImageTags:
    """Follows the archive: a URL is shown once its file is there."""

    def __init__(self, image: ProcessImage, base_url: str) -> None:
        """`base_url` as clients reach HTTP, without a slash at its end."""
        self._image, self._base = image, base_url

    async def begin(self, store: Results) -> None:
        """Show what an earlier run kept."""
        bad = (Judgement.FAIL, Judgement.ERROR)
        with suppress(StoreError):  # shown again with the next part
            found = {
                judgement: [
                    row.number for row in await store.page(ResultFilter(judgement), limit=LOOKED_AT) if row.image
                ]
                for judgement in Judgement
            }
            failed = max((number for judgement in bad for number in found[judgement]), default=0)
            self._show(max((number for numbers in found.values() for number in numbers), default=0), failed)

    def kept(self, inspection: Inspection) -> None:
        """The image of this part is there."""
        number = inspection.accepted.number
        passed = inspection.outcome.judgement == CODES[Judgement.PASS]
        self._show(number, 0 if passed else number)

    def _show(self, newest: int, failed: int) -> None:
        """0 leaves what is shown as it is; an older one that was slow does not replace a newer one."""
        for number, url, own in (
            (newest, tags.IMAGE_LAST_URL, tags.IMAGE_LAST_ID),
            (failed, tags.IMAGE_FAILED_URL, tags.IMAGE_FAILED_ID),
        ):
            if number > self._image.get(own):
                self._image.set(url, f"{self._base}/api/v1/inspections/{number}/image")
                self._image.set(own, number)


def base_url(settings: Settings) -> str:
    """As the settings say; else by the bound address, or the first address of this machine where all are bound."""
    if settings.http.public_url:
        return settings.http.public_url.rstrip("/")
    host, port = split(binds(settings)["http"])
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        host = next((one for one in addresses_of("0.0.0.0") if not _loopback(one)), "127.0.0.1")  # noqa: S104
    scheme = "https" if settings.gunicorn.certfile else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _loopback(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return address.is_loopback or address.is_link_local
