"""Whose certificates open a secure channel, held to the certificate of the channel itself.

asyncua's validator looks at what CreateSession says, which a client may leave out or borrow. Folders as OPC UA Part 12
names them: `trusted` (certificates and authorities), `issuers` (authorities that only complete a chain),
`crl` (revocation lists) and `rejected` (who was turned away, newest 50), DER or PEM.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from asyncua import ua
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

MOST_REJECTED = 50
LONGEST_CHAIN = 5
LARGEST = 32 * 1024  # bytes of a certificate
Folder = Literal["trusted", "issuers", "rejected"]
TRUSTED: Folder = "trusted"
ISSUERS: Folder = "issuers"
REJECTED: Folder = "rejected"
CRL = "crl"


class CertificateRefused(Exception):
    """No channel is opened; `code` is the status that the client gets, the text says why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as people see it."""

    thumbprint: str  # SHA-1, as OPC UA names a certificate
    subject: str
    issuer: str
    uri: str  # ApplicationUri; "" = none
    valid_from: datetime
    valid_until: datetime
    folder: Folder


class NoSuchCertificate(Exception):
    """No certificate has this thumbprint; the text says so."""


class TrustList:
    """`check` looks at what is held in memory; all else reads or writes files, in one thread that runs them in turn."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder, self._now = folder, now
        self._trusted: Mapping[str, x509.Certificate] = {}
        self._issuers: Mapping[str, x509.Certificate] = {}
        self._lists: tuple[x509.CertificateRevocationList, ...] = ()
        self.on_refused: Callable[[bytes, str, str], object] = lambda der, why, address: None  # in the event loop

    def load(self) -> list[str]:
        """Read the folders, which are made where they are missing; files that cannot be read, and why."""
        for name in (TRUSTED, ISSUERS, CRL, REJECTED):
            (self._folder / name).mkdir(mode=0o750, parents=True, exist_ok=True)
        problems: list[str] = []
        self._trusted = self._certificates(TRUSTED, problems)
        self._issuers = self._certificates(ISSUERS, problems)
        self._lists = tuple(self._revocations(problems))
        return problems

    def check(self, der: bytes, address: str = "") -> None:
        """Whether a channel may be opened with this certificate; its authorities may follow it.

        Raises:
            CertificateRefused: BadSecurityChecksFailed where it is not trusted, as OPC UA Part 4, 6.1.3 wants it told.
        """
        try:
            self._judge(_first(der), _sent_with(der))
        except CertificateRefused as exc:
            self.on_refused(der, str(exc), address)
            raise
        except ValueError as exc:
            raise CertificateRefused(ua.StatusCodes.BadCertificateInvalid, f"no certificate: {exc}") from exc

    def _judge(self, certificate: x509.Certificate, sent: Sequence[x509.Certificate]) -> None:
        """What is `sent` links the certificate to an authority of the list, and makes nobody trusted."""
        who = _name(certificate)
        chain = [certificate, *self._authorities(certificate, sent)]
        if not any(self._trusted.get(thumbprint(one)) == one for one in chain):  # SHA-1 alone proves nothing
            raise CertificateRefused(ua.StatusCodes.BadSecurityChecksFailed, f"{who} is not trusted")
        now = self._now()
        for one in chain:
            if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
                dates = f"{one.not_valid_before_utc:%Y-%m-%d} to {one.not_valid_after_utc:%Y-%m-%d}"
                raise CertificateRefused(
                    ua.StatusCodes.BadCertificateTimeInvalid, f"{_name(one)} is valid {dates}, today is {now:%Y-%m-%d}"
                )
        for one, authority in itertools.pairwise(chain):
            if self._revoked(one, authority):
                raise CertificateRefused(ua.StatusCodes.BadCertificateRevoked, f"{_name(one)} was revoked")

    def _authorities(
        self, certificate: x509.Certificate, sent: Sequence[x509.Certificate]
    ) -> Iterator[x509.Certificate]:
        """Who signed it, and who signed that one."""
        known = [*self._trusted.values(), *self._issuers.values(), *sent]
        for below in range(LONGEST_CHAIN):
            found = next((one for one in known if _signed_by(certificate, one) and _may_have(one, below)), None)
            if found is None or found == certificate:
                return
            yield found
            certificate = found

    def _revoked(self, certificate: x509.Certificate, authority: x509.Certificate) -> bool:
        return any(
            revoked.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
            for revoked in self._lists
            if revoked.issuer == authority.subject and revoked.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
        )

    # files

    def shown(self) -> list[Shown]:
        """Trusted ones, authorities and rejected ones, each by name."""
        ignored: list[str] = []
        return [
            _shown(certificate, folder)
            for folder in (TRUSTED, ISSUERS, REJECTED)
            for certificate in sorted(self._certificates(folder, ignored).values(), key=_name)
        ]

    def reject(self, der: bytes) -> None:
        """Keep who was turned away, so that an administrator can trust it; the oldest goes."""
        certificate = _first(der)
        self._write(REJECTED, certificate)
        kept = sorted((self._folder / REJECTED).iterdir(), key=lambda file: file.stat().st_mtime_ns)
        for file in kept[: max(0, len(kept) - MOST_REJECTED)]:
            file.unlink(missing_ok=True)

    def trust(self, wanted: str) -> Shown:
        """Move a rejected certificate to the trusted ones.

        Raises:
            NoSuchCertificate: None that was rejected has this thumbprint.
        """
        path, certificate = self._found(wanted, REJECTED)
        self._write(TRUSTED, certificate)
        path.unlink()
        self.load()
        return _shown(certificate, TRUSTED)

    def add(self, content: bytes, folder: Folder = TRUSTED) -> Shown:
        """Trust a certificate of a file, DER or PEM.

        Raises:
            ValueError: It is none.
        """
        if len(content) > LARGEST:
            raise ValueError(f"{len(content)} bytes are no certificate: at most {LARGEST}")
        certificate = _parsed(content)
        self._write(folder, certificate)
        self.load()
        return _shown(certificate, folder)

    def remove(self, wanted: str) -> Shown:
        """Trust it no more, or forget that it was rejected.

        Raises:
            NoSuchCertificate: None has this thumbprint.
        """
        path, certificate = self._found(wanted, TRUSTED, ISSUERS, REJECTED)
        path.unlink()
        self.load()
        return _shown(certificate, next(one for one in (TRUSTED, ISSUERS, REJECTED) if one == path.parent.name))

    def _found(self, wanted: str, *folders: Folder) -> tuple[Path, x509.Certificate]:
        for folder in folders:
            for path, certificate in self._files(folder, []):
                if thumbprint(certificate) == wanted.upper():
                    return path, certificate
        raise NoSuchCertificate(f"no certificate in {' or '.join(folders)} has the thumbprint {wanted}")

    def _write(self, folder: str, certificate: x509.Certificate) -> None:
        name = "".join(c if c.isalnum() or c in " ._-@" else "_" for c in _name(certificate))[:64].strip(" .")
        path = self._folder / folder / f"{name} [{thumbprint(certificate)}].der"
        temporary = path.with_suffix(".part")
        temporary.write_bytes(certificate.public_bytes(Encoding.DER))
        temporary.replace(path)

    def _certificates(self, folder: str, problems: list[str]) -> dict[str, x509.Certificate]:
        return {thumbprint(certificate): certificate for _, certificate in self._files(folder, problems)}

    def _files(self, folder: str, problems: list[str]) -> Iterator[tuple[Path, x509.Certificate]]:
        for path in sorted((self._folder / folder).glob("*")):
            if path.suffix == ".part" or not path.is_file():
                continue
            try:
                yield path, _parsed(path.read_bytes())
            except (OSError, ValueError) as exc:
                problems.append(f"{path}: is no certificate ({exc})")

    def _revocations(self, problems: list[str]) -> Iterator[x509.CertificateRevocationList]:
        for path in sorted((self._folder / CRL).glob("*")):
            try:
                content = path.read_bytes()
                pem = content.lstrip().startswith(b"-----")
                yield x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
            except (OSError, ValueError) as exc:
                problems.append(f"{path}: is no revocation list ({exc})")


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-1 in capital hex digits: a name, no proof of anything."""
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303


def _first(der: bytes) -> x509.Certificate:
    """The client's own: authorities may stand behind it."""
    if len(der) > LARGEST:
        raise ValueError(f"{len(der)} bytes")
    return x509.load_der_x509_certificate(der[: _length(der)])


def _sent_with(der: bytes) -> list[x509.Certificate]:
    """The authorities behind the client's own certificate, up to the first bytes that are none."""
    found: list[x509.Certificate] = []
    rest = der[_length(der) :]
    while rest and len(found) < LONGEST_CHAIN:
        try:
            found.append(x509.load_der_x509_certificate(rest[: _length(rest)]))
        except ValueError:
            break
        rest = rest[_length(rest) :]
    return found


def _length(der: bytes) -> int:
    """Of the first DER element."""
    if len(der) < 4 or der[0] != 0x30:
        raise ValueError("it does not begin as DER")
    if der[1] < 0x80:
        return 2 + der[1]
    count = der[1] & 0x7F
    return 2 + count + int.from_bytes(der[2 : 2 + count], "big")


def _parsed(content: bytes) -> x509.Certificate:
    if content.lstrip().startswith(b"-----"):
        return x509.load_pem_x509_certificate(content)
    return x509.load_der_x509_certificate(content)


def _signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    if certificate.issuer != authority.subject:
        return False
    try:
        certificate.verify_directly_issued_by(authority)
        return certificate == authority or authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _may_have(authority: x509.Certificate, below: int) -> bool:
    """So many authorities may stand between it and the client's certificate."""
    try:
        most = authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    except x509.ExtensionNotFound:  # signed by itself
        return True
    return most is None or below <= most


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _uri(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), "")
    except (ValueError, x509.ExtensionNotFound):
        return ""


def _shown(certificate: x509.Certificate, folder: Folder) -> Shown:
    return Shown(
        thumbprint(certificate),
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        _uri(certificate),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        folder,
    )
