"""The station's users, in one file of the data folder: by password, and for OPC UA by secret or certificate.

A password is kept as scrypt's hash, which takes a tenth of a second and 16 MiB: never on the event loop. A secret is
made by the station and long enough that its SHA-256 says nothing of it, so it is checked at once: OPC UA, whose
sessions are answered in the loop, takes secrets alone.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from .permissions import Role
from .token import digest, write_private

FILE = "users.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
SHORTEST, LONGEST = 10, 256  # characters of a password
MOST = 500
RESERVED = frozenset({"station"})  # its password is the station's token
_N, _R, _P = 2**14, 8, 5  # OWASP's parameters for 16 MiB (Password Storage Cheat Sheet, scrypt)
_MEMORY = 64 * 1024 * 1024


class UserError(Exception):
    """It was not done; the message says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Account:
    """One user; what of password and secret is kept tells neither."""

    name: str
    role: Role
    password: str = ""  # scrypt$salt$hash; "" = cannot sign in
    secret: str = ""  # SHA-256; "" = none
    certificate: str = ""  # SHA-256 of its DER; "" = does not come in by certificate over OPC UA

    @property
    def administers(self) -> bool:
        """Can sign in, and may everything."""
        return self.role is Role.ADMINISTRATOR and self.password != ""

    @property
    def stamp(self) -> str:
        """Another one once role or password is another: sessions of before end."""
        return digest(f"{self.name}\0{self.role}\0{self.password}")


class Users:
    """Everybody but the station's own user. All but `by_secret` read or write a file, or take long: in a thread."""

    def __init__(self, folder: Path) -> None:
        """Raises UserError when the file that is there cannot be used."""
        self._path = folder / FILE
        self._accounts: Mapping[str, Account] = {}
        self._seen = (0, 0)
        self._administered = False
        self.refresh()

    @property
    def accounts(self) -> list[Account]:
        """By name."""
        return sorted(self._accounts.values(), key=lambda account: account.name)

    @property
    def administered(self) -> bool:
        """Somebody can sign in as administrator, so the station is set up; as it was read last, at once."""
        return self._administered

    def alone(self, name: str) -> bool:
        """Without this user nobody could sign in as administrator any more."""
        return [account.name for account in self._accounts.values() if account.administers] == [name]

    def account(self, name: str) -> Account | None:
        """As it was read last; at once."""
        return self._accounts.get(name)

    def refresh(self) -> None:
        """Read the file where it was changed, as the command line does beside a running station."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._accounts, self._seen, self._administered = {}, (0, 0), False
            return
        if (seen := (found.st_mtime_ns, found.st_size)) != self._seen:
            self._accounts, self._seen = _read(self._path), seen
            self._administered = any(account.administers for account in self._accounts.values())

    def add(self, name: str, role: Role, password: str = "") -> None:
        """Raises UserError: The name or the password cannot be, or the name is taken."""
        self.refresh()
        if not NAME.fullmatch(name):
            raise UserError(f"{name!r} is no user name: a letter or digit, then up to 63 letters, digits, . _ @ or -")
        if name in RESERVED or name in self._accounts:
            raise UserError(f"there is a user {name!r} already")
        if len(self._accounts) >= MOST:
            raise UserError(f"there are {MOST} users: remove one first")
        self._keep(Account(name, role, hashed(password) if password else ""))

    def remove(self, name: str) -> None:
        """Raises UserError: There is no such user."""
        gone = self.known(name)
        self._save({n: account for n, account in self._accounts.items() if account != gone})

    def set_role(self, name: str, role: Role) -> None:
        """Raises UserError: There is no such user."""
        self._keep(replace(self.known(name), role=role))

    def set_password(self, name: str, password: str) -> None:
        """Raises UserError: There is no such user, or the password cannot be."""
        self._keep(replace(self.known(name), password=hashed(password)))

    def new_secret(self, name: str) -> str:
        """Make a secret for OPC UA, shown this once; the one before is worth nothing any more.

        Raises:
            UserError: There is no such user.
        """
        secret = secrets.token_urlsafe(24)
        self._keep(replace(self.known(name), secret=digest(secret)))
        return secret

    def set_certificate(self, name: str, content: bytes) -> None:
        """Whoever holds the key of this certificate, DER or PEM, is the user over OPC UA; nothing = nobody any more.

        Raises:
            UserError: There is no such user, it is no certificate, or it is another user's.
        """
        account = self.known(name)
        fingerprint = _fingerprint(content) if content else ""
        other = self._of_fingerprint(fingerprint)
        if other is not None and other.name != name:
            raise UserError(f"this certificate is user {other.name!r}: each user needs a certificate of their own")
        self._keep(replace(account, certificate=fingerprint))

    def by_certificate(self, der: bytes) -> Account | None:
        """Of the users as they were read last; at once. Says nothing of who holds the key."""
        return self._of_fingerprint(hashlib.sha256(der).hexdigest())

    def _of_fingerprint(self, fingerprint: str) -> Account | None:
        return next((a for a in self._accounts.values() if fingerprint and a.certificate == fingerprint), None)

    def known(self, name: str) -> Account:
        """Raises UserError: There is no such user."""
        self.refresh()
        if name not in self._accounts:
            raise UserError(f"there is no user {name!r}")
        return self._accounts[name]

    def by_password(self, name: str, password: str) -> Account | None:
        """Takes as long for a name that is not there."""
        self.refresh()
        account = self._accounts.get(name)
        good = fits(password, account.password if account and account.password else _NOBODY)
        return account if good and account and account.password else None

    def by_secret(self, name: str, secret: str) -> Account | None:
        """Of the users as they were read last; at once."""
        account = self._accounts.get(name)
        kept = account.secret if account else ""
        return account if hmac.compare_digest(digest(secret), kept or digest(secrets.token_hex(8))) else None

    def _keep(self, account: Account) -> None:
        self._save({**self._accounts, account.name: account})

    def _save(self, accounts: Mapping[str, Account]) -> None:
        content = orjson.dumps({"users": [asdict(a) for a in accounts.values()]}, option=orjson.OPT_INDENT_2)
        write_private(self._path, content.decode() + "\n")
        self._seen = (0, 0)
        self.refresh()


def _fingerprint(content: bytes) -> str:
    try:
        pem = content.lstrip().startswith(b"-----")
        found = x509.load_pem_x509_certificate(content) if pem else x509.load_der_x509_certificate(content)
    except ValueError as exc:
        raise UserError(f"{len(content)} bytes that are no certificate in DER or PEM: {exc}") from exc
    if not isinstance(found.public_key(), rsa.RSAPublicKey):
        raise UserError("the certificate has no RSA key: OPC UA signs with RSA here")
    return found.fingerprint(hashes.SHA256()).hex()


def hashed(password: str) -> str:
    """scrypt of a password, with a salt of its own.

    Raises:
        UserError: It is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(f"a password has {SHORTEST} to {LONGEST} characters, this one has {len(password)}")
    return _scrypt(password, secrets.token_bytes(16))


def fits(password: str, kept: str) -> bool:
    """Whether this is the password of which `kept` was made."""
    salt = base64.b64decode(kept.split("$")[1])
    return hmac.compare_digest(_scrypt(password, salt), kept)


def _scrypt(password: str, salt: bytes) -> str:
    made = hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32
    )
    return "$".join(("scrypt", base64.b64encode(salt).decode(), base64.b64encode(made).decode()))


_NOBODY = "scrypt$" + base64.b64encode(bytes(16)).decode() + "$"


def _read(path: Path) -> dict[str, Account]:
    try:
        users = orjson.loads(path.read_bytes())["users"]
        accounts = [Account(**(user | {"role": Role(user["role"])})) for user in users]
    except (ValueError, TypeError, KeyError) as exc:
        raise UserError(f"{path}: holds no users ({exc}); put it back from a backup, or delete it") from exc
    return {account.name: account for account in accounts}
