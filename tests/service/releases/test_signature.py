"""Who vouches for a bundle, with the real ssh-keygen."""

import shutil
import subprocess
from pathlib import Path

import pytest

from service.releases.errors import ReleaseError
from service.releases.installing import Source, install
from service.releases.shelf import Shelf
from service.releases.signature import NAMESPACE, signer

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not here: openssh-client")
WHO = "maintenance@plant.example"


def key(folder: Path, name: str) -> Path:
    made = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", made], check=True)
    return made


def signed(bundle: Path, by: Path, namespace: str = NAMESPACE) -> Path:
    made = bundle.with_name(f"{bundle.name}.sig")
    made.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", by, bundle], check=True)
    return made


def trusting(folder: Path, *keys: Path, options: str = f'namespaces="{NAMESPACE}"') -> Path:
    made = folder / "release-keys"
    lines = [f"{WHO} {options} {each.with_suffix('.pub').read_text()}" for each in keys]
    made.write_text("# who may sign\n\n" + "".join(lines))
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    made = tmp_path / "bundle.tar"
    made.write_bytes(b"what was made" * 1000)
    return made


def test_a_trusted_key_is_told_by_its_name(tmp_path: Path, bundle: Path) -> None:
    ours = key(tmp_path, "ours")
    with bundle.open("rb") as file:
        file.seek(100)  # wherever somebody has read to
        assert signer(file, signed(bundle, ours), trusting(tmp_path, key(tmp_path, "other"), ours)) == WHO


def test_what_is_not_of_a_trusted_key_or_not_of_this_bundle_is_refused(tmp_path: Path, bundle: Path) -> None:
    ours, other = key(tmp_path, "ours"), key(tmp_path, "other")

    def refused(said: str, signature: Path, keys: Path) -> None:
        with bundle.open("rb") as file, pytest.raises(ReleaseError, match=said):
            signer(file, signature, keys)

    refused("names no key that may sign", signed(bundle, ours), tmp_path / "nothing")
    refused("names no key that may sign", signed(bundle, ours), trusting(tmp_path))
    refused("is of no key in", signed(bundle, other), trusting(tmp_path, ours))
    refused("does not vouch", signed(bundle, ours, "file"), trusting(tmp_path, ours, options=""))
    refused(
        "does not vouch|is of no key", signed(bundle, ours), trusting(tmp_path, ours, options='valid-before="20200101"')
    )
    signature = signed(bundle, ours)
    bundle.write_bytes(bundle.read_bytes() + b"!")
    refused("does not vouch", signature, trusting(tmp_path, ours))
    signature.write_text("nonsense")
    refused("is of no key in", signature, trusting(tmp_path, ours))


def test_an_installation_reads_nothing_that_is_not_vouched_for(tmp_path: Path, bundle: Path) -> None:
    shelf = Shelf(tmp_path / "root")
    with pytest.raises(ReleaseError, match="it has no signature"):
        install(Source(bundle), shelf)
    signed(bundle, key(tmp_path, "other"))
    for allow in (False, True):  # a wrong one is refused whatever is allowed
        with pytest.raises(ReleaseError, match="is of no key in"):
            install(Source(bundle, keys=trusting(tmp_path, key(tmp_path, f"ours{allow}")), allow_unsigned=allow), shelf)
    with pytest.raises(ReleaseError, match="names no key that may sign"):
        install(Source(bundle), shelf)
    with pytest.raises(ReleaseError, match="it is no bundle"):  # no key is known: taken, and read
        install(Source(bundle, allow_unsigned=True), shelf)
    bundle.with_name("bundle.tar.sig").unlink()
    with pytest.raises(ReleaseError, match="it is no bundle"):
        install(Source(bundle, allow_unsigned=True), shelf)
    with pytest.raises(ReleaseError, match="No such file"):
        install(Source(tmp_path / "nowhere.tar", allow_unsigned=True), shelf)
    assert not (tmp_path / "root").exists()
