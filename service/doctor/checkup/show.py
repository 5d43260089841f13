"""Findings as a table for people, or as JSON for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .finding import Finding, Verdict

MARKS = {
    Verdict.OK: ("✓", "green"),
    Verdict.SLOW: ("!", "bold yellow"),
    Verdict.WRONG: ("✗", "bold red"),
    Verdict.UNKNOWN: ("?", "cyan"),
}


def show(findings: Iterable[Finding], console: Console, as_json: bool = False) -> list[Finding]:
    """All of them, once all are there; what they were."""
    found = list(findings)
    if as_json:
        console.print_json(data={"findings": [asdict(finding) for finding in found]})
        return found
    rows = Table.grid(padding=(0, 2))
    for finding in found:
        _add(rows, finding)
    console.print(rows)
    console.print()
    console.print(summary(found))
    return found


def summary(found: Sequence[Finding]) -> Text:
    """How many of each, the gravest first."""
    counts = Counter(finding.verdict for finding in found)
    parts = [
        (f"{counts[verdict]} {verdict}", MARKS[verdict][1])
        for verdict in (Verdict.WRONG, Verdict.SLOW, Verdict.UNKNOWN, Verdict.OK)
        if counts[verdict]
    ]
    return Text(", ").join(Text(words, style=style) for words, style in parts)


def _add(rows: Table, finding: Finding) -> None:
    mark, style = MARKS[finding.verdict]
    rows.add_row(Text(mark, style=style), Text(finding.name, style="bold"), Text(finding.seen))
    if finding.remedy:
        rows.add_row("", "", Text.assemble(("→ ", "green"), finding.remedy))
