"""Bundles for tests: real in all but the packages, of which most are this test's own, and so cost nothing."""

import base64
import hashlib
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from deploy.bundle import bundle
from tests.conftest import ROOT

PACKAGES = ("service", "protocols", "vision")
Edits = Mapping[str, tuple[str, str]]  # what stands in a file of ours, and what is to stand there
OTHER_AIOHTTP = "3.14.4"  # not the one of these tests
OTHER_WORKER: Edits = {
    "service/worker.py": (
        "def _url(scheme: str)",
        "class OtherWorker(StationWorker):\n"
        "    def init_signals(self):\n"
        "        import aiohttp\n"
        '        self.log.error("%s of %s, aiohttp %s", type(self).__name__, sys.prefix, aiohttp.__version__)\n'
        "        super().init_signals()\n\n\n"
        "StationWorker = OtherWorker\n\n\n"
        "def _url(scheme: str)",
    ),
}


def wheel(folder: Path, name: str, version: str, files: Mapping[str, bytes], scripts: Mapping[str, str]) -> Path:
    """A wheel of these files; `scripts` are its commands."""
    about = f"{name}-{version}.dist-info"
    points = "".join(f"{script} = {function}\n" for script, function in scripts.items())
    whole = dict(files) | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{points}".encode(),
    }
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in whole.items()]
    whole[f"{about}/RECORD"] = "\n".join([*rows, f"{about}/RECORD,,", ""]).encode()
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in whole.items():
            archive.writestr(zipfile.ZipInfo(path), data)  # of no time of day
    return made


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def borrowed(folder: Path) -> Path:
    """A wheel that lends an environment all packages of this test's own; what another wheel brings comes before."""
    packages = sysconfig.get_path("purelib").encode()
    return wheel(folder, "borrowed", "1", {"borrowed.pth": packages}, {"gunicorn": "gunicorn.app.wsgiapp:run"})


def ours(folder: Path, version: str, edits: Edits) -> Path:
    """The station's own wheel, with `edits`."""
    files = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and "__pycache__" not in name and not name.startswith("service/console/"):
                files[name] = path.read_bytes()
    for name, (old, new) in edits.items():
        text = files[name].decode()
        assert old in text, f"{name} has no {old!r}"
        files[name] = text.replace(old, new).encode()
    return wheel(folder, "vision_inspection", version, files, {"vision-inspection": "service.cli:main"})


def uv(folder: Path) -> Path:
    """A wheel of the one that made this test's environment."""
    program = Path(sys.executable).with_name("uv")
    if not program.exists():
        pytest.skip(f"{program} is not here: pip made this environment")
    return wheel(folder, "uv", "1", {"uv-1.data/scripts/uv": program.read_bytes()}, {})


def other_aiohttp(folder: Path) -> Path | str:
    """Its wheel; or why the package index did not give it."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "-d", str(folder)]
    done = subprocess.run([*pip, f"aiohttp=={OTHER_AIOHTTP}"], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"aiohttp {OTHER_AIOHTTP} could not be fetched from the package index: {done.stderr[-300:]}"
    (found,) = folder.glob("aiohttp-*.whl")
    return found


def release_bundle(folder: Path, version: str, edits: Edits | None = None, wheels: Sequence[Path] = ()) -> Path:
    """Of this version, with `edits` and further wheels."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"service/__init__.py": ('__version__ = "0.1.0"', f'__version__ = "{version}"')}
    whole = [ours(folder, version, said | dict(edits or {})), borrowed(folder), *wheels]
    return bundle(ROOT, version, whole, uv(folder), folder)
