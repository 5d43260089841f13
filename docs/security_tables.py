"""The production checklist of docs/security.md."""

import inspect
from collections.abc import Callable, Mapping

from docs.markdown import table
from service.doctor.production import POINTS, Point
from service.settings.production import ACCEPTABLE


def checklist() -> str:
    rows = (
        (f"`{point.name}`", point.title, _looks_at(point), "yes" if point.name in ACCEPTABLE else "no")
        for point in POINTS
    )
    return table(("point", "title", "what is looked at", "can be vouched for"), rows)


def _looks_at(point: Point) -> str:
    """The first line of who looks, or of its module."""
    said = inspect.getdoc(point.look) if point.look.__name__ != "look" else None
    return (said or inspect.getdoc(inspect.getmodule(point.look)) or "").splitlines()[0].rstrip(".")


TABLES: Mapping[str, Callable[[], str]] = {"checklist": checklist}
