"""Declare a route once: the handler's annotations are its contract, for the server and for the OpenAPI document."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_origin

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter

from service.hub import Hub

from .reading import body_of, path_value, query_of
from .unchanged import named, tagged

PREFIX = "/api/v1"
Handler = Callable[..., Awaitable[Any]]
AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Route:
    """A handler's parameters say what it takes: `hub`, `request`, `body`, `query`, all others are parts of the path."""

    method: str
    path: str
    handler: Handler
    problems: tuple[int, ...] = ()  # beside those that every route may give
    media: tuple[str, ...] = ("application/json",)  # of the answer
    section: str = ""
    takes: tuple[str, ...] = ()  # media of a body that the handler reads itself
    model: Any = None  # of the answer, where the handler makes its own response
    signature: inspect.Signature = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signature", inspect.signature(self.handler, eval_str=True))
        if unlisted := {p for p in self.parts if f"{{{p}}}" not in self.path}:
            raise TypeError(f"{self.handler.__qualname__}: {unlisted} are not in the path {self.path}")

    def _annotation(self, name: str) -> Any:
        parameter = self.signature.parameters.get(name)
        return None if parameter is None else parameter.annotation

    @property
    def body(self) -> type[BaseModel] | None:
        return self._annotation("body")  # type: ignore[no-any-return]

    @property
    def query(self) -> type[BaseModel] | None:
        return self._annotation("query")  # type: ignore[no-any-return]

    @property
    def answer(self) -> Any:
        """The type of the answer as JSON; None where it is something else."""
        returned = self.signature.return_annotation
        return self.model if returned is web.StreamResponse else returned

    @cached_property
    def lists(self) -> bool:
        """The answer is a list, or a page of one."""
        return self.method == "GET" and (
            get_origin(self.answer) is list or "items" in getattr(self.answer, "model_fields", ())
        )

    @cached_property
    def parts(self) -> dict[str, TypeAdapter[Any]]:
        """The variable parts of the path."""
        own = ("hub", "request", "body", "query")
        return {n: TypeAdapter(p.annotation) for n, p in self.signature.parameters.items() if n not in own}

    def bound(self, hub: Hub) -> AiohttpHandler:
        """What aiohttp calls."""
        takes, body, query = self.signature.parameters, self.body, self.query

        async def handle(request: web.Request) -> web.StreamResponse:
            given = {name: path_value(request, name, adapter) for name, adapter in self.parts.items()}
            if "hub" in takes:
                given["hub"] = hub
            if "request" in takes:
                given["request"] = request
            if query is not None:
                given["query"] = query_of(request, query)
            if body is not None:
                given["body"] = await body_of(request, body)
            answer = await self.handler(**given)
            if isinstance(answer, web.StreamResponse):
                return answer
            response = json_response(answer)
            if (tag := getattr(answer, "etag", "")) != "":
                return named(response, tag)
            return tagged(request, response) if self.lists else response

        return handle


def get(path: str, *problems: int, media: tuple[str, ...] = ("application/json",)) -> Callable[[Handler], Route]:
    """Declare a route that changes nothing; `problems` are the statuses it may end with."""
    return lambda handler: Route("GET", PREFIX + path, handler, problems, media, _section(handler))


def post(
    path: str, *problems: int, media: tuple[str, ...] = ("application/json",), takes: tuple[str, ...] = ()
) -> Callable[[Handler], Route]:
    """Declare a route that changes something; `takes`: the media of a body that is no JSON."""
    return lambda handler: Route("POST", PREFIX + path, handler, problems, media, _section(handler), takes)


def put(path: str, *problems: int) -> Callable[[Handler], Route]:
    """Declare a route that replaces what its path names."""
    return lambda handler: Route("PUT", PREFIX + path, handler, problems, section=_section(handler))


def delete(path: str, *problems: int) -> Callable[[Handler], Route]:
    """Declare a route that removes what its path names."""
    return lambda handler: Route("DELETE", PREFIX + path, handler, problems, section=_section(handler))


def _section(handler: Handler) -> str:
    return handler.__module__.rpartition(".")[2]


def json_response(answer: Any, status: int = 200) -> web.Response:
    """`answer` (a model, or JSON values) as JSON; not a number becomes null."""
    return web.Response(status=status, body=dumps(answer), headers=JSON_HEADERS)


def dumps(answer: Any) -> bytes:
    """JSON of a model, of a list of models or of JSON values."""
    return orjson.dumps(answer, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
