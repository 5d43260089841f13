"""Read what a request says: path, query and JSON body, validated, with every fault named."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from .problem import Fault, Problem, shown

MAX_BODY = 1_000_000  # bytes
PIECE = 1 << 20  # bytes
BODY_TIME_S = 30.0  # for the whole of it
M = TypeVar("M", bound=BaseModel)


async def read(request: web.Request, limit: int = MAX_BODY) -> bytes:
    """The whole body.

    Raises:
        Problem: 413 it is larger than `limit`, 408 it took longer than 30 s.
    """
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(BODY_TIME_S):
            async for part in request.content.iter_any():
                parts.append(part)
                if sum(map(len, parts)) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        text = f"the body did not arrive within {BODY_TIME_S:g} s"
        raise Problem(408, text, headers={"Connection": "close"}) from None
    return b"".join(parts)


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it arrives, for who bounds its size.

    Raises:
        Problem: 408 nothing came for 30 s.
    """
    body = request.content.iter_chunked(PIECE)
    while True:
        try:
            async with asyncio.timeout(BODY_TIME_S):
                yield await anext(body)
        except StopAsyncIteration:
            return
        except TimeoutError:
            text = f"nothing of the body arrived for {BODY_TIME_S:g} s"
            raise Problem(408, text, headers={"Connection": "close"}) from None


def _too_large(limit: int) -> Problem:
    return Problem(413, f"the body is too large: at most {limit} bytes", headers={"Connection": "close"})


async def body_of(request: web.Request, model: type[M]) -> M:
    """The JSON body as `model`; no body at all counts as ``{}``.

    Raises:
        Problem: 400 it is no JSON (with the position), 422 it does not fit.
    """
    data = await read(request)
    try:
        value = orjson.loads(data) if data else {}
    except orjson.JSONDecodeError as exc:
        text = f"line {exc.lineno} column {exc.colno}: {exc.msg}"
        raise Problem(400, f"the body is no JSON: {text}", [Fault(where="body", message=text)]) from None
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as exc:
        raise invalid("body", exc) from None


def query_of(request: web.Request, model: type[M]) -> M:
    """The query as `model`.

    Raises:
        Problem: 422 a parameter is unknown, given twice or does not fit.
    """
    values: Mapping[str, str] = request.query
    if twice := sorted({key for key in values if len(request.query.getall(key)) > 1}):
        faults = [Fault(where=f"query.{shown(key)}", message="given more than once") for key in twice]
        raise Problem(422, _summary(faults), faults)
    try:
        return model.model_validate(dict(values))
    except ValidationError as exc:
        raise invalid("query", exc) from None


def path_value(request: web.Request, name: str, adapter: TypeAdapter[Any]) -> Any:
    """One part of the path. Raises Problem 422."""
    try:
        return adapter.validate_python(request.match_info[name])
    except ValidationError as exc:
        raise invalid(f"path.{name}", exc) from None


def invalid(where: str, exc: ValidationError) -> Problem:
    """The 422 that lists all faults."""
    faults = [
        Fault(
            where=".".join((where, *(str(shown(part)) for part in error["loc"]))),
            message=error["msg"],
            value=shown(error["input"]),
        )
        for error in exc.errors(include_url=False, include_context=False)
    ]
    return Problem(422, _summary(faults), faults)


def _summary(faults: list[Fault]) -> str:
    first = f"{faults[0].where}: {faults[0].message}"
    return first if len(faults) == 1 else f"{first} (and {len(faults) - 1} more)"
