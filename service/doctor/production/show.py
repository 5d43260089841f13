"""The checklist as a table for people, or as JSON for programs."""

from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .checklist import Entry, State

STYLES = {State.DONE: "green", State.ACCEPTED: "cyan", State.OPEN: "bold red"}


def show(entries: Iterable[Entry], console: Console, as_json: bool = False) -> int:
    """All points; how many are open."""
    found = list(entries)
    left = sum(entry.state is State.OPEN for entry in found)
    if as_json:
        console.print_json(data={"open": left, "points": [asdict(entry) for entry in found]})
        return left
    rows = Table.grid(padding=(0, 2))
    for entry in found:
        rows.add_row(Text(entry.state, style=STYLES[entry.state]), Text(entry.title, style="bold"), Text(entry.seen))
        if entry.remedy:
            rows.add_row("", "", Text.assemble(("→ ", "green"), entry.remedy))
    console.print(rows)
    console.print()
    console.print(Text(f"{left} of {len(found)} points open", style=STYLES[State.OPEN if left else State.DONE]))
    return left
