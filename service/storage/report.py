"""What a filter finds as one self-contained HTML page: figures, and the newest images. No script in it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from service.archive import Archive
from service.offload import Offload
from service.store import Found, Rejects, ResultFilter, ResultRow, Store, VersionVerdicts, Yields

LISTED = 200  # newest inspections
PICTURES = 60  # of these; some 10 kB each
BARS = 12  # of the Pareto


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the page tells."""

    asked: Sequence[tuple[str, str]]  # field and value
    found: Found
    rejects: Rejects
    days: Yields
    reviews: Sequence[VersionVerdicts]
    rows: Sequence[ResultRow]
    zone: tzinfo


async def as_html(
    wanted: ResultFilter,
    asked: Sequence[tuple[str, str]],
    title: str,
    zone: tzinfo,
    store: Store,
    archive: Archive,
    thread: Offload,
) -> bytes:
    """`asked`: the filter in words.

    Raises:
        TooSlow, StoreError: As `Store.page`.
    """
    gathered = Gathered(
        asked,
        await store.found(wanted),
        await store.rejects(wanted),
        await store.yields(wanted, "day", zone),
        await store.verdicts(wanted),
        await store.page(wanted, None, LISTED),
        zone,
    )
    return await thread(_rendered, title, gathered, archive)


def _rendered(title: str, told: Gathered, archive: Archive) -> bytes:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # few starts ever need it

    loader = FileSystemLoader([Path(__file__).parent, Path(__file__).parents[1] / "evaluation"])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    pictures = {row.number: data for row in told.rows[:PICTURES] if row.image and (data := _picture(archive, row))}
    passed = sum(day.passed for day in told.days.spans)
    total = passed + sum(day.failed + day.errors for day in told.days.spans)
    said = [sum(one.verdicts[verdict] for one in told.reviews) for verdict in ("real", "false", "unclear")]
    return (
        environment.get_template("found.html.j2")
        .render(
            title=title,
            told=told,
            pictures=pictures,
            share=100 * passed / total if total else None,
            said=said,
            bars=BARS,
            at=lambda us: datetime.fromtimestamp(us / 1e6, UTC).astimezone(told.zone).strftime("%Y-%m-%d %H:%M:%S"),
            now=datetime.now(told.zone).strftime("%Y-%m-%d %H:%M"),
        )
        .encode("utf-8", "replace")
    )


def _picture(archive: Archive, row: ResultRow) -> str:
    """The thumbnail; "" where it has gone."""
    try:
        return base64.b64encode(archive.thumbnail_path(row.image).read_bytes()).decode()
    except OSError:
        return ""
