"""The active map as CSV: a line for each value, with every address that a tool may ask for."""

import csv
import io

from ..user_block import Layout
from .entries import FIRST, HOLDING, Entry, active_map

HEAD = (
    "name", "block", "table", "address_0_based", "address_1_based", "count", "mirror_0_based", "mirror_1_based",
    "type", "word_order", "access", "unit", "user_defined", "meaning",
)  # fmt: skip


def as_csv(layout: Layout) -> str:
    """Comma-separated, one head line, lines end with CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_line(entry, layout) for entry in active_map(layout))
    return out.getvalue()


def _line(entry: Entry, layout: Layout) -> tuple[object, ...]:
    mirror = entry.mirror
    several = entry.count > 1 and not entry.type.startswith(("string", "uint16[", "int16["))
    order: str = entry.word_order or layout.orders.word if several else ""
    order = layout.orders.string if entry.type == "string" else order
    return (
        *(entry.name, entry.block, entry.table, entry.address, f"{entry.one_based:05}", entry.count),
        *("" if mirror is None else mirror, "" if mirror is None else FIRST[HOLDING] + mirror),
        *(entry.type, order, entry.access, entry.unit, "yes" if entry.user else "no", entry.meaning),
    )
