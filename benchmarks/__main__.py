"""``python -m benchmarks [SUBCOMMAND ...]``: the figures, or one of the other runs."""

import sys
from importlib import import_module

SUBCOMMANDS = {
    "figures": "benchmarks.figures",  # also without a word
    "accept": "benchmarks.accept.run",
    "accuracy": "benchmarks.accuracy_run",
    "history": "benchmarks.history",
    "surfaces": "benchmarks.surface_study",
}


def main(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments[:1] and arguments[0] in SUBCOMMANDS else ("", arguments)
    return int(import_module(SUBCOMMANDS[name or "figures"]).main(rest) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
