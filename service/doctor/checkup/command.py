"""``vision-inspection doctor``: look at the machine and at the station that runs on it."""

import argparse

from rich.console import Console

from .examine import examine
from .finding import Verdict
from .show import show
from .subject import look

FINE, FOUND = 0, 1


def run(args: argparse.Namespace) -> int:
    """1 where something is wrong."""
    console = Console(highlight=False)
    found = show(examine(look()), console, args.json)
    return FOUND if any(finding.verdict is Verdict.WRONG for finding in found) else FINE
