"""REST under /api/v1 by resource, with its OpenAPI document and the page made from it."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .problem import Problem

if TYPE_CHECKING:
    from service.hub import Hub

    from .route import Route

__all__ = ["Problem", "add_routes", "openapi", "routes"]

RESOURCES = (
    "station",
    "production",
    "counters",
    "tallies",
    "recipes",
    "drafts",
    "tools",
    "trials",
    "measured",
    "teaching",
    "calibration",
    "references",
    "archives",
    "uploads",
    "evaluations",
    "products",
    "inspections",
    "images",
    "statistics",
    "storage",
    "alarms",
    "texts",
    "journal",
    "tags",
    "forces",
    "modbus",
    "modbus_map",
    "files",
    "doctor",
    "handshake",
    "health",
    "timings",
    "session",
    "sessions",
    "setup",
    "users",
    "view_tokens",
    "views",
    "opcua",
    "certificates",
    "log",
    "incoming",
    "backups",
    "network",
    "camera",
    "about",
    "settings",
    "reloading",
    "diagnosis",
)
"""Modules of this package with routes, in the order of the document."""


def routes() -> "tuple[Route, ...]":
    """Every route, in the order of the document."""
    modules = (import_module(f".{name}", __name__) for name in RESOURCES)
    return tuple(route for module in modules for route in module.ROUTES)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    from .document import document

    try:
        version = version_of("vision-inspection")
    except PackageNotFoundError:  # run from a checkout that was never installed
        version = "0"
    return document(routes(), version)


def add_routes(app: web.Application, hub: "Hub") -> None:
    """Serve everything but Socket.IO and the console: gate, headers, limits, REST, live frames, documents."""
    from .serving import serve

    serve(app, hub, routes(), openapi, Path(__file__).with_name("style.css"))
