"""The OpenAPI 3.1 document, made from the routes: nothing is described twice."""

import http
import inspect
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from vision.field_docs import DescribedSchema

from . import problem
from .problem import ProblemDetails
from .pushed import EVENTS, FrameHeader
from .route import Route

REF = "#/components/schemas/{model}"
OFTEN = (400, 401, 403, 421, 500)  # what any guarded route may end with
DESCRIPTION = """State, results, recipes and alarms of one inspection station.

Send name and password of a user as `Authorization: Basic …`, or sign in with `POST /api/v1/session`. Until there is an
administrator nobody is asked on loopback, and elsewhere the station's token opens, as `Authorization: Bearer …`; it
stands in the file `token` of the data folder. Every error is a problem document (RFC 9457).
Times are UTC in microseconds since 1970.
Pages go backwards: `before` takes the `next` of the page before. Changes come by Socket.IO at `/socket.io/`: `hello`,
`state`, `result`, `counters` and `alarms` carry the objects that `x-socket-io` of this document names; a `result`
leaves out the fields that have their default. Frames come by a WebSocket at `/api/v1/live?width=960`: a big-endian
u32 with the length of the header, the header (`FrameHeader`) as JSON, the JPEG; answer with the `frame_id` as text
when it is drawn, and the next one follows. Lists and images carry an `ETag`: sent as `If-None-Match`, it is answered
by 304 while nothing has changed."""

Mode = Literal["validation", "serialization"]


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The document for `routes`."""
    routes = tuple(routes)
    schemas, definitions = _schemas(routes)
    events = {name: schemas[(repr(told), "serialization")] for name, told in EVENTS.items()}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inspection station",
            "version": version,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This station"}],
        "security": [{"user": []}, {"token": []}, {}],
        "paths": paths,
        "x-socket-io": events,
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "user": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _schemas(routes: tuple[Route, ...]) -> tuple[dict[tuple[Any, Mode], Any], dict[str, Any]]:
    """The schema of every type by direction, and the definitions they refer to."""
    wanted: dict[tuple[Any, Mode], TypeAdapter[Any]] = {(ProblemDetails, "serialization"): TypeAdapter(ProblemDetails)}
    for route in routes:
        if route.body is not None:
            wanted[(route.body, "validation")] = TypeAdapter(route.body)
        if route.answer is not None:
            wanted[(repr(route.answer), "serialization")] = TypeAdapter(route.answer)
    for told in (*EVENTS.values(), FrameHeader):
        wanted[(repr(told), "serialization")] = TypeAdapter(told)
    found, definitions = TypeAdapter.json_schemas(
        [(key, key[1], adapter) for key, adapter in wanted.items()],
        ref_template=REF,
        schema_generator=DescribedSchema,
    )
    return {key: schema for (key, _), schema in found.items()}, definitions.get("$defs", {})


def _operation(route: Route, schemas: dict[tuple[Any, Mode], Any]) -> dict[str, Any]:
    text = inspect.cleandoc(route.handler.__doc__ or "")
    summary, _, more = text.partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{route.section}_{route.handler.__name__}",
        "tags": [route.section],
        "summary": summary.rstrip("."),
        "parameters": [*_path_parameters(route), *_query_parameters(route.query)],
        "responses": _responses(route, schemas),
    }
    if more.strip():
        operation["description"] = more.strip()
    if route.body is not None:
        required = any(field.is_required() for field in route.body.model_fields.values())
        schema = schemas[(route.body, "validation")]
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    if route.takes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.takes, binary)}
    return operation


def _responses(route: Route, schemas: dict[tuple[Any, Mode], Any]) -> dict[str, Any]:
    schema = {"type": "string", "format": "binary"} if route.answer is None else None
    if route.answer is not None:
        schema = schemas[(repr(route.answer), "serialization")]
    content = {media: {"schema": schema} for media in route.media}
    refused = {problem.MEDIA_TYPE: {"schema": schemas[(ProblemDetails, "serialization")]}}
    statuses = {*route.problems, *(OFTEN if route.path.startswith("/api") else ())}
    if route.body is not None or route.takes:
        statuses |= {408, 413, 415, 422}
    if route.query is not None or route.parts:
        statuses.add(422)
    own = route.model is not None  # such a handler answers the same document with another status
    return {
        "200": {"description": "OK", "content": content},
        **{
            str(status): {
                "description": http.HTTPStatus(status).phrase,
                "content": content if own and status in route.problems else refused,
            }
            for status in sorted(statuses)
        },
    }


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        _parameter(name, "path", True, adapter.json_schema(ref_template=REF)) for name, adapter in route.parts.items()
    ]


def _query_parameters(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=REF, schema_generator=DescribedSchema)
    if "$defs" in schema:
        raise TypeError(f"{model.__name__}: a query has only plain values")
    required = schema.get("required", ())
    return [_parameter(name, "query", name in required, part) for name, part in schema["properties"].items()]


def _parameter(name: str, place: str, required: bool, schema: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": place, "required": required}
    if text := schema.pop("description", ""):
        parameter["description"] = text
    schema.pop("title", None)
    return parameter | {"schema": schema}
