"""A line of each HTTP request, in Gunicorn's format; `logs.access_file` writes it."""

import os
import re
import time
from collections.abc import Callable, Mapping

from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, StreamResponse

from .auth.gate import USER
from .auth.origin import client_of

_UNSAFE = re.compile(r"[^ !#-\[\]-~]")


class AccessLog(AbstractAccessLogger):
    """What aiohttp makes for each connection."""

    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        self.logger.info("%s", self.log_format % _Atoms(request, response, time))


class _Atoms:
    """What stands for each name of the format; only those that it has are made."""

    def __init__(self, request: BaseRequest, response: StreamResponse, took_s: float) -> None:
        self._request, self._response, self._took_s = request, response, took_s

    def __getitem__(self, name: str) -> str:
        if name.startswith("{"):
            headers = self._request.headers if name.endswith("i") else self._response.headers
            return _safe(headers.get(name[1:-2], "-"))
        return _safe(str(self._of(name)))

    def _of(self, name: str) -> object:
        if name in _OF_REQUEST:
            return _OF_REQUEST[name](self._request)
        match name:
            case "t":
                return time.strftime("[%d/%b/%Y:%H:%M:%S %z]")
            case "s":
                return self._response.status
            case "b" | "B":
                length = self._response.content_length  # None where it is sent in chunks
                return self._response.body_length if length is None else length
            case "T" | "D" | "M":
                return int(self._took_s * {"T": 1, "D": 1e6, "M": 1e3}[name])
            case "L":
                return f"{self._took_s:.6f}"
            case "p":
                return f"<{os.getpid()}>"
        return "-"


def _version(request: BaseRequest) -> str:
    return "HTTP/{}.{}".format(*request.version)


_OF_REQUEST: Mapping[str, Callable[[BaseRequest], str]] = {
    "h": lambda request: client_of(request) or "-",
    "u": lambda request: request.get(USER, "-"),
    "m": lambda request: request.method,
    "r": lambda request: f"{request.method} {request.rel_url.raw_path_qs} {_version(request)}",
    "U": lambda request: request.rel_url.raw_path,
    "q": lambda request: request.rel_url.raw_query_string,
    "H": _version,
    "f": lambda request: request.headers.get("Referer", "-"),
    "a": lambda request: request.headers.get("User-Agent", "-"),
}


def _safe(text: str) -> str:
    """One line, in which a quoted field ends where it says: what comes from outside could hold anything."""
    return _UNSAFE.sub(lambda found: "\\" + found[0] if found[0] in '"\\' else ascii(found[0])[1:-1], text)
