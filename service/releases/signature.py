"""Who vouches for a bundle: an SSH signature beside it, of a key that this plant trusts.

``ssh-keygen -Y`` signs and verifies: plants have such keys already, also on tokens, and nothing here is cryptography
of our own. The trusted ones stand in ``/etc/vision-inspection/release-keys``, in the format ALLOWED SIGNERS of
ssh-keygen(1).
"""

import subprocess
from pathlib import Path
from typing import BinaryIO

from .errors import ReleaseError

NAMESPACE = "vision-inspection-release"
ENDING = ".sig"
_LIMIT_S = 120


def signer(bundle: BinaryIO, signature: Path, keys: Path) -> str:
    """Whose signature it is, by the name that `keys` has for him; the bundle is read from its beginning.

    Raises:
        ReleaseError: The signature is none, is of no trusted key, or not of this bundle.
    """
    if not any_key(keys):
        raise ReleaseError(f"{keys} names no key that may sign a release: see docs/upgrade.md, Who may sign")
    found = _ssh_keygen("find-principals", "-s", str(signature), "-f", str(keys))
    if found.returncode:
        raise ReleaseError(f"{signature.name} is of no key in {keys}: {_last(found)}")
    name = found.stdout.decode("utf-8", "replace").splitlines()[0]
    words = ("verify", "-n", NAMESPACE, "-I", name, "-s", str(signature), "-f", str(keys))
    done = _ssh_keygen(*words, data=bundle)
    if done.returncode:
        raise ReleaseError(f"{signature.name} does not vouch for this bundle: {_last(done)}")
    return name


def any_key(keys: Path) -> bool:
    """Somebody may sign.

    Raises:
        ReleaseError
    """
    try:
        lines = keys.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as exc:
        raise ReleaseError(f"{keys} cannot be read: {exc}") from exc
    return any(line.strip() and not line.startswith("#") for line in lines)


def _ssh_keygen(*words: str, data: BinaryIO | None = None) -> "subprocess.CompletedProcess[bytes]":
    if data is not None:
        data.seek(0)
    try:
        return subprocess.run(  # noqa: S603 - our own words
            ["ssh-keygen", "-Y", *words],  # noqa: S607 - wherever this machine has it
            stdin=data or subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
        )
    except FileNotFoundError:
        raise ReleaseError("signatures are verified by ssh-keygen: install Debian's package openssh-client") from None
    except subprocess.TimeoutExpired:
        raise ReleaseError(f"ssh-keygen has not answered within {_LIMIT_S} s") from None


def _last(done: "subprocess.CompletedProcess[bytes]") -> str:
    said = (done.stderr + done.stdout).decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(said) if line.strip()), f"exit code {done.returncode}")
