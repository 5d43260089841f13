"""``python -m service.control COMMAND``: the start script's other half."""

import argparse
import sys
from pathlib import Path

from . import background, commands
from .master import NoStation, find

COMMANDS = {
    "start": background.start,
    "stop": commands.stop,
    "status": commands.status,
    "reload": commands.reload,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="service.control", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--pid", type=Path, help="the pid file; without it the station is found by its data folder")
    args = parser.parse_args()
    master = find(args.pid)
    try:
        return COMMANDS[args.command](master)
    except NoStation as exc:
        print(exc, file=sys.stderr)
        return 1
    except PermissionError as exc:
        print(f"The station is another user's: {exc}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
