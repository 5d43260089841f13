"""The identity of a station, sealed with a passphrase: keys, certificates, users, token, settings, names.

``magic, header as one line of JSON, ciphertext``: scrypt makes the key, ChaCha20-Poly1305 seals. Header and
manifest are sealed with it, so whoever opens the identity knows that nothing else in the archive was changed either.
"""

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .errors import ArchiveError, PassphraseError

FILE = "identity"
MAGIC = b"vision-inspection identity 1\n"
SHORTEST = 12  # characters of a passphrase
MOST = 64 * 2**20  # bytes
_LOG_N, _R, _P = 16, 8, 2  # 64 MiB, a quarter of a second (OWASP, Password Storage Cheat Sheet, scrypt)
_DEAREST = 18  # of another release's: more memory than this is an attack
_HEADER = 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """What is secret about a station, and what it is called."""

    host_name: str
    addresses: tuple[str, ...]  # that clients dial
    files: dict[str, bytes] = field(default_factory=dict)  # by section and name: data/token, settings/station.toml


def seal(identity: Identity, passphrase: str, bound: bytes) -> bytes:
    """`bound` is sealed with it, and stands elsewhere."""
    salt, nonce = os.urandom(16), os.urandom(12)
    header = {"log_n": _LOG_N, "r": _R, "p": _P, "salt": salt.hex(), "nonce": nonce.hex()}
    head = MAGIC + json.dumps(header).encode() + b"\n"
    return head + _cipher(passphrase, header).encrypt(nonce, _to_json(identity), _with(head, bound))


def unseal(sealed: bytes, passphrase: str, bound: bytes) -> Identity:
    """
    Raises:
        PassphraseError: It is another one, or the archive was changed.
        ArchiveError: It is no sealed identity.
    """
    end = sealed.find(b"\n", len(MAGIC), len(MAGIC) + _HEADER) + 1
    head, body = sealed[:end], sealed[end:]
    try:
        header = _header(head)
        nonce = bytes.fromhex(header["nonce"])
        cipher = _cipher(passphrase, header)
        opened = cipher.decrypt(nonce, body, _with(head, bound))
    except InvalidTag:
        raise PassphraseError("the passphrase is another one, or the archive was changed since it was made") from None
    except (KeyError, TypeError, ValueError) as exc:
        raise ArchiveError(f"{FILE}: is no identity of a station: {exc}") from exc
    return _from_json(opened)


def _header(head: bytes) -> dict[str, Any]:
    if not head.startswith(MAGIC):
        raise ValueError("it begins with something else")
    header: dict[str, Any] = json.loads(head[len(MAGIC) :])
    if not (10 <= header["log_n"] <= _DEAREST and header["r"] == _R and 1 <= header["p"] <= 4):
        raise ValueError("its key would cost more than a key of ours")
    return header


def _cipher(passphrase: str, header: dict[str, Any]) -> ChaCha20Poly1305:
    salt = bytes.fromhex(header["salt"])
    made = Scrypt(salt=salt, length=32, n=1 << header["log_n"], r=header["r"], p=header["p"])
    return ChaCha20Poly1305(made.derive(passphrase.encode("utf-8", "surrogatepass")))


def _with(head: bytes, bound: bytes) -> bytes:
    return head + hashlib.sha256(bound).digest()


def _to_json(identity: Identity) -> bytes:
    values = asdict(identity) | {"files": {n: base64.b64encode(d).decode() for n, d in identity.files.items()}}
    return json.dumps(values).encode()


def _from_json(data: bytes) -> Identity:
    """Sealed by this program: its form is not doubted, its names are looked at like all others."""
    values = json.loads(data)
    files = {name: base64.b64decode(text) for name, text in values["files"].items()}
    return Identity(values["host_name"], tuple(values["addresses"]), files)
