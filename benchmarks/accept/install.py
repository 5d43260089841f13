"""From a release to the first answer: ``deploy/release.sh``, ``deploy/install.sh --bundle``, the unit's ExecStart=."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.release import checksums, sign
from service.releases.signature import NAMESPACE
from tests.conftest import ROOT
from tests.deploy.bundles import release_bundle
from tests.deploy.conftest import python_of_everybody
from tests.deploy.installed import INSTALL_S, Installed, run_installer

RELEASE_LIMIT_S = 1800  # packages of Python and of npm are fetched
NOWHERE = "http://127.0.0.1:9/"  # an index that nobody answers for


def install(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Below the full size the bundle is of packages that are here, which fetches and builds nothing.

    Args:
        seed: Of nothing: every run is the same.
    """
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ours", "-f", key], check=True)
    began = time.monotonic()
    bundle = _release(folder, key) if scale >= 1 else _small(folder, key)
    release_s = time.monotonic() - began
    target = Path(tempfile.mkdtemp(prefix="installed-"))
    try:
        target.chmod(0o755)
        figures = _installed(bundle, target, folder, key.with_suffix(".pub").read_text())
    finally:
        shutil.rmtree(target)
    return {"release_s": round(release_s), "bundle_mb": round(bundle.stat().st_size / 1e6)} | figures


def _release(folder: Path, key: Path) -> Path:
    """Of this checkout's commit, by the script, as for people."""
    checkout = folder / "checkout"
    subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
    done = subprocess.run(
        [checkout / "deploy" / "release.sh", "--draft", "--key", key],
        env=os.environ | {"PYTHON": python_of_everybody()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=RELEASE_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    (bundle,) = checkout.glob("dist/*/*.tar")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bundle.parent, check=True)
    return bundle


def _small(folder: Path, key: Path) -> Path:
    bundle = release_bundle(folder / "dist", "0.1.0")
    checksums(bundle.parent)
    sign(bundle.parent, bundle, key)
    return bundle


def _installed(bundle: Path, target: Path, folder: Path, public_key: str) -> Mapping[str, object]:
    """From the bundle alone, by the installer that lies in it; the key is the only thing that the machine knows."""
    keys = target / "etc" / "vision-inspection" / "release-keys"
    keys.parent.mkdir(parents=True)
    keys.write_text(f'ours namespaces="{NAMESPACE}" {public_key}')
    began = time.monotonic()
    subprocess.run(["tar", "-xf", bundle, "-C", folder], check=True)
    (checkout,) = folder.glob("vision-inspection-*/")
    done = run_installer(checkout, target, "--bundle", str(bundle), PIP_INDEX_URL=NOWHERE)
    assert done.returncode == 0, done.stderr
    assert "signature   of ours" in done.stderr, done.stderr
    installed_s = time.monotonic() - began
    station = Installed.below(target, folder)
    try:
        station.start()
        serving_s = time.monotonic() - began
        assert station.running.url in station.running.log, station.running.log
    finally:
        station.end()
    assert serving_s <= INSTALL_S, f"{serving_s:.0f} s from the bundle to the first answer"
    return {"installed_s": round(installed_s, 1), "serving_s": round(serving_s, 1)}
