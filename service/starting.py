"""What Gunicorn's configuration asks before the station starts: python -m service.starting.

Addresses to listen on and how to log as JSON on standard output, words for people on standard error. It imports what it
needs and no more: every start waits for it.
"""

import json
import sys
import time
from collections.abc import Callable

from .addresses import address_problems, binds, taken
from .logs.choice import choice_of
from .settings import Settings, SettingsError, load
from .welcome import welcome

LET_GO_S = 3.0


def main() -> int:
    """Its exit code: 1 when the station cannot start."""
    try:
        settings = load()
        problems, occupied = address_problems(settings), {}
        if not problems and "http" in (occupied := _still(taken, settings)):
            problems = list(occupied.values())  # nobody could see what is wrong
    except SettingsError as exc:
        problems = exc.problems
    if problems:
        print("The station cannot start:", *problems, sep="\n  ", file=sys.stderr)
        return 1
    found = binds(settings)
    for line in occupied.values():
        print(f"{line}. Until then the station runs without.", file=sys.stderr)
    bound, missing = ({n: e for n, e in found.items() if (n in occupied) is kept} for kept in (False, True))
    print(json.dumps([bound, missing, choice_of(settings).to_json()]))
    print(welcome(settings), file=sys.stderr)
    return 0


def _still(problems: Callable[[Settings], dict[str, str]], settings: Settings) -> dict[str, str]:
    """What is left of these problems after a while: a station that is being stopped lets its ports go."""
    end = time.monotonic() + LET_GO_S
    while (found := problems(settings)) and time.monotonic() < end:
        time.sleep(0.1)
    return found


if __name__ == "__main__":
    sys.exit(main())
