"""``vision-inspection reload``: for ExecReload= of the unit, and for scripts."""

import argparse
import sys

from . import commands, reloading
from .master import NoStation, find, named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--pid", type=int, help="process id of Gunicorn's master; without it the station is found by its data folder"
    )
    parser.add_argument(
        "--limit", type=float, default=reloading.LIMIT_S, help="seconds that it may take (default: %(default)g)"
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 1: nothing changed, and standard error says why; 3: nothing runs."""
    try:
        master = find() if args.pid is None else named(args.pid)
    except NoStation as exc:
        print(exc, file=sys.stderr)
        return 1
    return commands.reload(master, args.limit)
