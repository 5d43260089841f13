"""Everything that a reload would execute, tried in a process of its own: ``python -m service.preflight``.

Run in the master's folder and environment. What fails here must never reach the master, which ends when its
configuration file does.
"""

import runpy
import sys
from collections.abc import Sequence
from itertools import pairwise

from . import generations

CONFIGURATION = "config/gunicorn.conf.py"


def main(words: Sequence[str]) -> int:
    """Gunicorn's configuration file, the code, settings, recipes and the database's schema; the exit code.

    A broken recipe is said and refuses nothing: the station judges by the version before, or by another job.

    Args:
        words: The master's command line, which may name another configuration file.
    """
    generations.binds.append("127.0.0.1:0")  # as at a reload: the file asks for no addresses
    runpy.run_path(configuration(words))
    from . import app, cli, http_runner  # noqa: F401 - all that a generation imports
    from .start_problems import database_problems, settings_hold

    # A reload puts no other version into production: images that were judged right at its release cost time only.
    fine = cli.main(["check", "--without-references"]) == 0 or settings_hold()
    problems = database_problems() if fine else []
    for problem in problems:
        print(problem, file=sys.stderr)
    return 0 if fine and not problems else 1


def configuration(words: Sequence[str]) -> str:
    """What ``-c`` names; the last one counts."""
    found = CONFIGURATION
    for word, following in pairwise([*words, ""]):
        if word in ("-c", "--config"):
            found = following
        elif word.startswith("--config="):
            found = word.removeprefix("--config=")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
