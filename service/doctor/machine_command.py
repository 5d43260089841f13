"""``vision-inspection doctor`` and ``doctor --production``: look at the machine and at the station that runs on it."""

import argparse
from contextlib import nullcontext

from rich.console import Console

from . import checkup, production
from .checkup.borrowed import variables_of
from .checkup.show import show as show_findings
from .checkup.subject import look, running
from .production.show import show as show_points

FINE, FOUND = 0, 1


def run(args: argparse.Namespace) -> int:
    """1 where something is wrong, or a point of the checklist is open."""
    state = running()
    with variables_of(state.master) if state else nullcontext():
        return _examine(args, Console(highlight=False))


def _examine(args: argparse.Namespace, console: Console) -> int:
    subject = look()
    if args.production:
        return FOUND if show_points(production.go_through(subject), console, args.json) else FINE
    found = show_findings(checkup.examine(subject), console, args.json)
    return FOUND if any(finding.verdict is checkup.Verdict.WRONG for finding in found) else FINE
