"""The offline bundle: one tar file with the wheels, what a release needs beside them, and their checksums.

Made twice from the same commit and wheels it is the same, byte for byte.
"""

import hashlib
import io
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.utils import parse_wheel_filename

from service.releases.environment import PINS, TOOLS, WHEELS
from service.releases.manifest import NAME, PROGRAM, Manifest
from service.store.schema import MIGRATIONS

BESIDE = ("config", "deploy", "docs", "README.md", "CHANGELOG.md", "LICENSE")
LEFT_OUT = ("__pycache__", ".pyc")


def wheels_for(lock: Path, to: Path) -> list[Path]:
    """Of this platform and Python, each held to the lock's hashes."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock), "-d", str(to)], check=True)  # noqa: S603
    return sorted(to.glob("*.whl"))


def bundle(root: Path, version: str, wheels: Sequence[Path], uv: Path, out: Path) -> Path:
    """Into the folder `out`; the file. `uv` is its wheel, which makes the environment and is not installed in it."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    contents = {f"{WHEELS}/{wheel.name}": wheel.read_bytes() for wheel in wheels}
    contents[f"{WHEELS}/{PINS}"] = _pins(wheels).encode()
    contents[f"{TOOLS}/{uv.name}"] = uv.read_bytes()
    modes = dict.fromkeys(contents, 0o644)
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        contents[name], modes[name] = path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())}
    manifest = Manifest(version, python, sysconfig.get_platform(), len(MIGRATIONS), digests)
    made = out / f"{PROGRAM}-{version}-{manifest.platform}-py{python}.tar"
    top, when = f"{PROGRAM}-{version}", _commit_time(root)
    with tarfile.open(made, "w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, f"{top}/{NAME}", manifest.to_json(), 0o644, when)
        for name in digests:
            _add(archive, f"{top}/{name}", contents[name], modes[name], when)
    return made


def _files(root: Path) -> Iterator[Path]:
    for name in BESIDE:
        found = sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]
        yield from (path for path in found if path.is_file() and not any(word in str(path) for word in LEFT_OUT))


def _pins(wheels: Sequence[Path]) -> str:
    """As pip reads them with --require-hashes."""
    lines = []
    for wheel in wheels:
        name, version, *_ = parse_wheel_filename(wheel.name)
        lines.append(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return "".join(lines)


def _commit_time(root: Path) -> int:
    """Seconds since 1970; 0 where there is no commit."""
    asked = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    return int(said or 0)


def _add(archive: tarfile.TarFile, name: str, data: bytes, mode: int, when: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(data), mode, when
    archive.addfile(member, io.BytesIO(data))
