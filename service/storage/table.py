"""Results as lines of a table, for a spreadsheet or a program."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from service.offload import Offload
from service.store import ResultFilter, ResultRow, Store

HEADS = (
    *("number", "at", "judgement", "reason", "reject_class", "job", "recipe", "recipe_version", "part_id", "order"),
    *("lot", "shift", "source", "cycle_ms", "image", "sort_class", "failed_step", "verdict", "verdict_reason"),
    *("verdict_by",),
)
BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for the code page of its country; pandas skips it
PAGE = 500  # results of a query
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(row: ResultRow) -> Sequence[object]:
    """In the order of `HEADS`."""
    at = datetime.fromtimestamp(row.finished_at_us / 1e6, UTC).isoformat(timespec="milliseconds")
    review = row.review
    said = (review.verdict, plain(review.reason), plain(review.by)) if review else ("", "", "")
    return (
        *(row.number, at, row.judgement.value, plain(row.reason), row.reject_class, row.job, plain(row.recipe)),
        *(row.recipe_version, plain(row.part_id), plain(row.order), plain(row.lot), plain(row.shift)),
        *(row.source.name.lower(), row.cycle_us / 1000, row.image, plain(row.sort_class)),
        *(plain(row.failure.step) if row.failure else "", *said),
    )


def plain(text: str) -> str:
    """No formula, whoever wrote it: part ids and orders come from the machine, texts from codes on parts."""
    return f"'{text}" if text.startswith(_FORMULA) else text


async def as_csv(wanted: ResultFilter, store: Store, thread: Offload) -> AsyncIterator[bytes]:
    """In pieces, the first with the heads; rows that come meanwhile are not in it.

    Raises:
        TooSlow, StoreError: As `Store.page`.
    """
    rows = await store.page(wanted, None, PAGE)
    yield BOM + await thread(_lines, [HEADS, *map(line, rows)])
    while len(rows) == PAGE:
        rows = await store.page(wanted, rows[-1].number, PAGE)
        yield await thread(_lines, list(map(line, rows)))


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
