"""What the demonstration prints: a line a part, a progress bar, a summary."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from .handshakes import Lost, Outcome, Part, Rejected, Wrong

COLOURS = {"PASS": "green", "FAIL": "red", "ERROR": "yellow"}


class Tally:
    """All that came of the triggers so far."""

    def __init__(self) -> None:
        self.triggers = 0
        self.accepted = 0
        self.lost = 0
        self.wrong = 0
        self.rejected: Counter[str] = Counter()
        self.judgements: Counter[str] = Counter()
        self.latencies_ms: list[float] = []

    def count(self, outcome: Outcome) -> None:
        """Add one trigger."""
        self.triggers += 1
        match outcome:
            case Part():
                self.accepted += 1
                self.judgements[outcome.judgement] += 1
                self.latencies_ms.append(outcome.latency_ms)
            case Rejected():
                self.rejected[outcome.reason] += 1
            case Lost():
                self.accepted += outcome.accepted
                self.lost += 1
            case Wrong():
                self.accepted += 1
                self.wrong += 1

    @property
    def good(self) -> bool:
        """Nothing was lost or wrong, and something was inspected."""
        return not self.lost and not self.wrong and bool(self.latencies_ms)

    def latency_ms(self, share: float) -> float:
        """The latency that `share` of the parts stayed within."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def line(outcome: Outcome, tag: int) -> str:
    """One part, with rich's colour marks."""
    match outcome:
        case Part():
            colour = COLOURS[outcome.judgement]
            values = "  ".join(f"{slot}: {value:.4g}" for slot, value in outcome.values)
            error = f"  error {outcome.error_code}" if outcome.error_code else ""
            return (
                f"{outcome.number:>8}  [{colour}]{outcome.judgement:<5}[/]  job {outcome.job}  "
                f"{outcome.latency_ms:7.1f} ms{error}  {values}"
            )
        case Rejected():
            return f"{'':>8}  [yellow]trigger {tag} rejected: {outcome.reason}[/]"
        case Lost():
            what = "has no result" if outcome.accepted else "was not answered"
            return f"{'':>8}  [red]trigger {tag} {what} in time[/]"
        case Wrong():
            return f"{'':>8}  [red]trigger {tag}: {outcome.why}[/]"


def summary(tally: Tally, console: Console) -> None:
    """Print what came of all triggers."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("triggers", str(tally.triggers))
    table.add_row("accepted", str(tally.accepted))
    table.add_row("answered", f"{len(tally.latencies_ms)}{_listed(tally.judgements)}")
    table.add_row("rejected", f"{tally.rejected.total()}{_listed(tally.rejected)}")
    table.add_row("lost", str(tally.lost))
    table.add_row("wrong", str(tally.wrong))
    if tally.latencies_ms:
        table.add_row("latency", f"p50 {tally.latency_ms(0.5):.1f} ms, p99 {tally.latency_ms(0.99):.1f} ms")
    console.print(table)


def _listed(counts: Counter[str]) -> str:
    if not counts:
        return ""
    return " (" + ", ".join(f"{name} {count}" for name, count in counts.most_common()) + ")"
