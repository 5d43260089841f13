"""Every refusal as RFC 9457 problem+json."""

import http
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, ConfigDict

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
SHOWN = 200  # characters of a refused value


class Fault(BaseModel):
    """One wrong value."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    where: str
    """body, query or path, then the field: body.part_id"""
    message: str
    """What is wrong, with the bound"""
    value: str | int | float | bool | None = None
    """What was sent, cut at 200 characters"""
    pointer: str | None = None
    """JSON pointer (RFC 6901) of the value, in a recipe's content"""


class ProblemDetails(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    type: str = "about:blank"
    title: str
    """The status in words"""
    status: int
    detail: str
    """What happened and what to do"""
    errors: tuple[Fault, ...] = ()
    """Every wrong value of the request"""
    code: int | None = None
    """TriggerRejectCode or CommandErrorCode where the station refused"""
    sha256: str | None = None
    """412: of what is there now, also its ETag"""
    changed_at_us: int | None = None
    """412: when that was changed, UTC in microseconds"""
    changed_by: str | None = None
    """412: by whom; empty where nobody told"""


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Fault] = (),
        *,
        code: int | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """`more` are further fields of `ProblemDetails`."""
        super().__init__(detail)
        self.headers = dict(headers or {})
        self.details = ProblemDetails(
            title=http.HTTPStatus(status).phrase, status=status, detail=detail, errors=tuple(errors), code=code, **more
        )

    def response(self) -> web.Response:
        body = orjson.dumps(self.details.model_dump(exclude_none=True))
        return web.Response(status=self.details.status, body=body, headers=self.headers | {"Content-Type": MEDIA_TYPE})


def shown(value: Any) -> str | int | float | bool | None:
    """`value` as a problem may repeat it: short, and always JSON."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)[:SHOWN]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()[:SHOWN]
    if isinstance(value, list | tuple | dict):
        return f"{'object' if isinstance(value, dict) else 'list'} of {len(value)}"
    return type(value).__name__


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn whatever ends a request into a problem document; nothing else makes one."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPRedirection:
        raise
    except web.HTTPException as exc:
        return _of_http(request, exc).response()
    except (web.RequestPayloadError, HttpProcessingError) as exc:
        return Problem(400, f"the body cannot be read: {_line(exc)}").response()
    except ConnectionError:
        raise  # the client left: there is nobody to answer
    except Exception:  # a defect of ours must not end the connection without a word
        log.exception("%s %r failed", request.method, request.path)
        return Problem(500, "internal error, see the station's log").response()


def _of_http(request: web.Request, exc: web.HTTPException) -> Problem:
    headers = {k: v for k, v in exc.headers.items() if k.lower() not in ("content-type", "content-length")}
    match exc.status:
        case 404:
            detail = f"nothing is here: {shown(request.path)}"
        case 405:
            detail = f"{request.method} is not allowed here; allowed: {headers.get('Allow', '')}"
        case 413:
            detail = "the body is too large: at most 1 MB"
        case _:
            detail = exc.text or exc.reason
    return Problem(exc.status, detail, headers=headers)


def _line(exc: BaseException) -> str:
    cause = exc.__cause__ or exc
    return " ".join(str(getattr(cause, "message", "") or cause).split())[:SHOWN] or type(cause).__name__
