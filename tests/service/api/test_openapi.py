"""The document is valid OpenAPI 3.1 and holds every route."""

import functools
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession, web
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from protocols.alarms import CAMERA_LOST
from protocols.opcua.certificate import ensure_certificate
from service.api import openapi, routes
from service.auth.gate import GATE
from service.auth.permissions import Role
from vision.imaging.encode import png


@functools.cache
def the_document() -> dict[str, Any]:
    return openapi()


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


PASSWORD = "correct horse battery"


async def signed_in(http: ClientSession, site: Any) -> dict[str, str]:
    """Headers of a browser in which Bob has signed in."""
    async with http.post(f"{site.url}/api/v1/session", json={"name": "bob", "password": PASSWORD}) as answer:
        return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0], "Origin": site.url}


NOT_REST = {"/api", "/api/style.css", "/api/v1/openapi.json", "/api/v1/live", "/token", "/socket.io/"}


def test_document_is_valid() -> None:
    document = openapi()
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


async def test_every_route_of_the_server_is_in_the_document_and_the_other_way_round(site: Any) -> None:
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in site.app.router.routes()
        if isinstance(route, web.ResourceRoute) and route.method != "HEAD" and route.resource
    }
    told = {(method, path) for path, methods in openapi()["paths"].items() for method in methods}
    assert {(m, p) for m, p in served if p not in NOT_REST} == told


async def test_it_is_served_and_the_page_names_every_operation(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/openapi.json") as answer:
        assert await answer.json() == openapi()
    async with http.get(f"{site.url}/api") as answer:
        page = await answer.text()
    for path, methods in openapi()["paths"].items():
        for operation in methods.values():
            assert f'<article id="{operation["operationId"]}">' in page
            assert f"<code>{path}</code>" in page


def test_every_operation_and_field_is_explained() -> None:
    document = openapi()
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert all(p.get("description") for p in operation["parameters"]), operation["operationId"]
    ids = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(ids) == len(set(ids))
    assert all(schema.get("description") for schema in document["components"]["schemas"].values())


ELSEWHERE = {
    ("PUT", "/api/v1/settings"),
    ("POST", "/api/v1/station/reload"),
    ("POST", "/api/v1/backups/incoming/check"),
    ("POST", "/api/v1/backups/incoming/restore"),
}


@pytest.mark.parametrize("route", routes(), ids=lambda r: f"{r.method} {r.path}")
async def test_answers_are_as_the_document_says(http: ClientSession, site: Any, inspected: Any, route: Any) -> None:
    """Each route is asked once; its JSON has exactly the fields of its schema."""
    site.station.done = [inspected(1)]
    site.recorder.offered(inspected(1), commit_us=2000, now_ns=1)
    if route.answer is None or "{port}" in route.path:
        pytest.skip("no JSON, or nobody is connected")
    if (route.method, route.path) in ELSEWHERE:
        pytest.skip("asked for in tests of its own: it needs a settings file, an archive, or Gunicorn")
    certificate, _, _ = ensure_certificate(site.hub.settings.station.data_folder / "client", "client", [])
    site.hub.doors.users.add("ann", Role.OBSERVER)
    if "/session" in route.path:
        site.hub.doors.users.add("bob", Role.OPERATOR, PASSWORD)
        begun = await signed_in(http, site)
    site.hub.doors.trust.load()
    site.hub.doors.trust.reject(certificate.read_bytes())
    site.hub.alarms.raise_(CAMERA_LOST)
    lent = await site.hub.uploads.add("part.png", in_pieces(png(np.zeros((20, 30), np.uint8))))
    site.app[GATE].view_tokens.make("ann", "the test")
    path, thumbprint = route.path, site.hub.doors.trust.shown()[0].thumbprint
    given = {
        "name": "ann",
        "thumbprint": thumbprint,
        "by": "lot",
        "image": lent.id,
        "file": f"{'0' * 16}.png",
        "kind": "caliper",
    }
    given["session"] = next(iter(site.app[GATE].sessions.listing()), "")
    given["address"] = site.hub.modbus.clients()[0].address
    site.hub.writers.allow(given["address"], "", "ann")
    if "alarms" in path:
        given["number"] = str(CAMERA_LOST.number)
    if "{point}" in path:
        site.hub.forces.force("JobPass", True, 60, "ann", "ann", lambda: True)
        given["point"] = "JobPass"
    for name, value in ({"job": "12", "number": "1", "version": "7", "language": "de", "view": "last"} | given).items():
        path = path.replace(f"{{{name}}}", value)
    query = {"hourly": "?since=0&until=5", "measurement": "?step=pin+3"}.get(path.rpartition("/")[2], "")
    bodies = {"online": {"online": True}, "latch": {"number": 7, "client": "mes"}, "users": {"name": "ann"}}
    bodies["view-tokens"] = {"name": "hall-3"}
    bodies["comment"] = {"comment": "on my way"}
    bodies["allowed"] = {"address": "10.0.0.7"}
    bodies["level"] = {"logger": "service.access", "level": None}
    bodies["link"] = bodies["unlink"] = {"product": "P", "job": 12}
    bodies["references"] = {"image": {"upload": lent.id}, "name": "good"}
    bodies["evaluations"] = {"job": 12, "images": [{"image": {"upload": lent.id}, "label": "good"}]}
    bodies["label"] = {"image": {"upload": lent.id}, "label": "good"}
    bodies["session"] = {"name": "bob", "password": PASSWORD}
    bodies["unlock"] = {"password": PASSWORD}
    bodies["password"] = {"password": PASSWORD, "new": PASSWORD[::-1]}
    if path.endswith("/setup"):
        code = site.hub.settings.station.data_folder / "setup.code"
        bodies["setup"] = {"code": code.read_text(), "name": "eve", "password": PASSWORD}
    bodies["calibration"] = {"distance": {"x1_px": 0.0, "y1_px": 0.0, "x2_px": 30.0, "y2_px": 40.0, "mm": 5.0}}
    bodies["values"] = {"job": 12, "recipe": {}, "step": "print"}
    bodies["trials"] = {"job": 12, "recipe": {}, "image": {"upload": lent.id}}
    bodies["recipes"] = {"job": 13, "name": "plate"}
    bodies["forces"] = {"point": "JobPass", "value": True}
    bodies["simulation"] = {"input": "Trigger"}
    bodies["verdict"] = {"verdict": "real"}
    body = {"json": bodies.get(path.rpartition("/")[2], {})} if route.method in ("POST", "PUT") else {}
    if route.takes:
        body = {"data": png(np.zeros((20, 30), np.uint8))}
    headers = begun if "/session/" in path else {}
    if 428 in route.problems:
        headers["If-Match"] = "*"
    async with http.request(route.method, f"{site.url}{path}{query}", headers=headers, **body) as answer:
        assert answer.status == 200
        value = await answer.json()
    document = the_document()
    operation = document["paths"][route.path][route.method.lower()]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    OAS31Validator(schema | {"components": document["components"]}).validate(value)
