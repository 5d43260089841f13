"""Make a release: what deploy/release.sh runs in its environment."""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from deploy.bundle import bundle, wheels_for
from service.releases.errors import ReleaseError
from service.releases.installing import Source, install
from service.releases.shelf import Shelf
from service.releases.signature import NAMESPACE

ROOT = Path(__file__).resolve().parents[1]
LOCK = "deploy/requirements-station.lock"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy/release.sh")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--from", dest="here", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    key = args.here / args.key if args.key else None
    try:
        release(args.here / args.out, key, draft=args.draft)
    except (ReleaseError, subprocess.CalledProcessError, OSError) as exc:
        print(f"No release: {exc}", file=sys.stderr)
        return 1
    return 0


def release(out: Path, key: Path | None, *, draft: bool = False) -> Path:
    """The folder that holds it.

    Raises:
        ReleaseError: The changelog has no section for this version, or the bundle does not install.
        subprocess.CalledProcessError: A tool failed, and said why.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    notes = section((ROOT / "CHANGELOG.md").read_text(), "Unreleased" if draft else version)
    folder = out / version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "release-notes.md").write_text(notes)
    say(f"Release {version}\n  building the wheel ...")
    wheel = build_wheel(folder)
    with tempfile.TemporaryDirectory() as work:
        say("  fetching the locked wheels ...")
        fetched = wheels_for(ROOT / LOCK, Path(work, "wheels"))
        (uv,) = wheels_for(ROOT / "deploy" / "uv.lock", Path(work, "uv"))
        say("  packing the bundle ...")
        made = bundle(ROOT, version, [wheel, *fetched], uv, folder)
        say("  installing it without an index ...")
        installed = install(Source(made, allow_unsigned=True), Shelf(Path(work, "root")))
        bill_of_materials(installed, folder / f"{made.stem}.cdx.json")
    checksums(folder)
    if key:
        sign(folder, made, key)
    else:
        say(f"  not signed; who vouches for it:  ssh-keygen -Y sign -n {NAMESPACE} -f KEY {made}")
    say(f"  done: {folder}")
    return folder


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def section(changelog: str, name: str) -> str:
    """What the changelog says of one version.

    Raises:
        ReleaseError
    """
    found = re.search(
        rf"^## \[?{re.escape(name)}\]?(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise ReleaseError(f"CHANGELOG.md says nothing under '## {name}' (--draft takes the section Unreleased)")
    return found[1].strip() + "\n"


def build_wheel(folder: Path) -> Path:
    for old in folder.glob("*.whl"):
        old.unlink()
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*pip, str(ROOT)], check=True)  # noqa: S603
    (wheel,) = folder.glob("*.whl")
    return wheel


def bill_of_materials(installed: Path, to: Path) -> None:
    """CycloneDX, of what the bundle's environment holds."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--pyproject"]
    python = str(installed / ".venv" / "bin" / "python")
    subprocess.run([*command, str(ROOT / "pyproject.toml"), "-o", str(to), python], check=True)  # noqa: S603


def checksums(folder: Path) -> None:
    """For ``sha256sum -c``."""
    made = sorted(path for path in folder.iterdir() if path.suffix in (".whl", ".tar", ".json", ".md"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (folder / "SHA256SUMS").write_text("".join(lines))


def sign(folder: Path, made: Path, key: Path) -> None:
    """The bundle, which `upgrade` verifies, and the checksums of everything."""
    for path in (made, folder / "SHA256SUMS"):
        path.with_name(path.name + ".sig").unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(key), str(path)]
        subprocess.run(command, check=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
