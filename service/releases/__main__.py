"""``python3 -m service.releases BUNDLE --root DIR``: for the installer, before there is an environment.

The release's folder goes to standard output, words for people to standard error.
"""

import argparse
import sys
from pathlib import Path

from .errors import ReleaseError
from .installing import Source, install
from .shelf import Shelf


def main() -> int:
    parser = argparse.ArgumentParser(prog="service.releases", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--root", type=Path, default=Path("/"))
    parser.add_argument("--allow-unsigned", action="store_true")
    args = parser.parse_args()
    try:
        print(install(Source(args.bundle, allow_unsigned=args.allow_unsigned), Shelf(args.root)))
    except ReleaseError as exc:
        print(f"Not installed: {args.bundle.name}: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
