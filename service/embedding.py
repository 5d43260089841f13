"""Who may show the view-only pages in a frame, and their images on a page: only the origins that the settings name."""

from collections.abc import Sequence

from aiohttp import web

from .headers import CONTENT_SECURITY_POLICY

PAGES, PARTS = "/view/", "/api/v1/views/"
OWN = "frame-ancestors 'self'"


class Embedding:
    """The headers that differ there from everywhere else."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._policy = CONTENT_SECURITY_POLICY.replace(OWN, " ".join([OWN, *origins]))
        self._open = bool(origins)

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Signal `on_response_prepare`; before the headers that every answer has."""
        if not self._open or not request.path.startswith((PAGES, PARTS)):
            return
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
