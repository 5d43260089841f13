"""The station's own OPC UA certificate: RSA 2048, self-signed, made once."""

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import ProtocolError
from .trust import thumbprint

NOT_BEFORE = datetime.fromisoformat("2020-01-01T00:00:00+00:00")  # a station's clock may be years behind
EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # of "now", likewise

YEAR = timedelta(days=365)
WARN_BEFORE = timedelta(days=60)
_TRIED = b"does this key fit?"
REMEDY = "put it back from a backup, or delete it: then a new one is made, which clients must trust anew"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server's certificate says, as people compare it with what a client shows them."""

    thumbprint: str  # SHA-1, as OPC UA names a certificate
    sha256: str  # as browsers and newer clients show it; both in capital hex digits
    subject: str
    issuer: str
    uri: str  # ApplicationUri
    host_names: tuple[str, ...]
    addresses: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime


def facts_of(der: bytes) -> ServerFacts:
    """Of a certificate that has passed `application_uri`."""
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ServerFacts(
        thumbprint(certificate),
        certificate.fingerprint(hashes.SHA256()).hex().upper(),
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        names.get_values_for_type(x509.UniformResourceIdentifier)[0],
        tuple(names.get_values_for_type(x509.DNSName)),
        tuple(map(str, names.get_values_for_type(x509.IPAddress))),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def ensure_certificate(
    folder: Path, name: str, addresses: Sequence[str], hosts: Sequence[str] = (), years: int = 20
) -> tuple[Path, Path, str]:
    """Return certificate (DER), private key (PEM) and ApplicationUri; makes them where they are missing.

    Blocks for some 100 ms when it makes a key. The key file is readable by its owner alone.

    Raises:
        ProtocolError: The file that is there is no such certificate.
        OSError: Files cannot be read or written.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    cert_file, key_file = folder / "certificate.der", folder / "key.pem"
    if not (cert_file.exists() and key_file.exists()):
        _make(cert_file, key_file, name, _names(_new_uri(), addresses, hosts), years)
    return cert_file, key_file, application_uri(cert_file)


def renew(folder: Path, name: str, addresses: Sequence[str], hosts: Sequence[str], years: int, now_us: int) -> bool:
    """Make the certificate anew with the same key and ApplicationUri where it ends within 60 days; whether it did.

    Raises:
        ProtocolError: What is there is no such certificate.
        OSError: Files cannot be read or written.
    """
    cert_file, now = folder / "certificate.der", datetime.fromtimestamp(now_us / 1e6, UTC)
    uri, certificate = application_uri(cert_file), x509.load_der_x509_certificate(cert_file.read_bytes())
    if certificate.not_valid_after_utc - now >= WARN_BEFORE:
        return False
    key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    _write(cert_file, _signed(key, name, _names(uri, addresses, hosts), max(now, EARLIEST) + YEAR * years))
    return True


def missing_names(cert_file: Path, addresses: Sequence[str], hosts: Sequence[str]) -> list[str]:
    """Of what clients may dial, what the certificate does not name: a strict client refuses it there."""
    found = x509.load_der_x509_certificate(cert_file.read_bytes()).extensions
    names = found.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(name).lower() for kind in (x509.DNSName, x509.IPAddress) for name in names.get_values_for_type(kind)}
    return [name for name in (*hosts, *addresses) if name.lower() not in known]


def validity(cert_file: Path, now_us: int) -> str:
    """What is wrong with its dates at this UTC time, or will be within 60 days; "" = nothing, or it cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(cert_file.read_bytes())
    except (OSError, ValueError):
        return ""  # starting says so
    now = datetime.fromtimestamp(now_us / 1e6, UTC)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begins:
        return f"{cert_file.name} is valid from {begins:%Y-%m-%d} on, the station's clock says {now:%Y-%m-%d}"
    if now > ends:
        return f"{cert_file.name} expired on {ends:%Y-%m-%d}"
    return f"{cert_file.name} expires on {ends:%Y-%m-%d}" if ends - now < WARN_BEFORE else ""


def application_uri(cert_file: Path) -> str:
    """Raises ProtocolError where the file is no certificate of OPC UA."""
    try:
        certificate = x509.load_der_x509_certificate(cert_file.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return names.get_values_for_type(x509.UniformResourceIdentifier)[0]
    except (ValueError, x509.ExtensionNotFound, IndexError) as exc:
        raise ProtocolError(f"{cert_file}: is no OPC UA certificate in DER ({exc}); {REMEDY}") from exc


def load_pair(cert_file: Path, key_file: Path) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """The certificate and its key, which is tried on it: the library's own check of a key takes twenty times as long.

    Raises:
        ProtocolError: They are not what they should be, or do not belong together.
        OSError: A file cannot be read.
    """
    pem, padded, content = key_file.suffix.lower() == ".pem", padding.PKCS1v15(), key_file.read_bytes()
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        certificate = x509.load_der_x509_certificate(cert_file.read_bytes())
        key = load(content, None, unsafe_skip_rsa_key_validation=True)
        public = certificate.public_key()
        if not (isinstance(key, rsa.RSAPrivateKey) and isinstance(public, rsa.RSAPublicKey)):
            raise ProtocolError(f"{cert_file} and {key_file}: OPC UA needs a key of RSA")
        public.verify(key.sign(_TRIED, padded, hashes.SHA256()), _TRIED, padded, hashes.SHA256())
    except InvalidSignature as exc:
        raise ProtocolError(f"{key_file}: is not the key of {cert_file}; {REMEDY}") from exc
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        words = f"{cert_file} and {key_file}: are no certificate in DER and its key without a password ({exc})"
        raise ProtocolError(f"{words}; {REMEDY}") from exc
    return certificate, key


def _make(cert_file: Path, key_file: Path, name: str, names: list[x509.GeneralName], years: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _signed(key, name, names, max(datetime.now(UTC), EARLIEST) + YEAR * years)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    _write(cert_file, certificate)


def _write(cert_file: Path, certificate: x509.Certificate) -> None:
    """As a whole or not at all."""
    temporary = cert_file.with_suffix(".part")
    temporary.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    temporary.replace(cert_file)


def _signed(key: rsa.RSAPrivateKey, name: str, names: list[x509.GeneralName], end: datetime) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Vision Inspection"),
        ]
    )
    usage = x509.KeyUsage(True, True, True, True, False, True, False, False, False)
    extended = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(extended, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _new_uri() -> str:
    return f"urn:{socket.gethostname()}:vision-inspection:{os.urandom(4).hex()}"


def _names(uri: str, addresses: Sequence[str], hosts: Sequence[str]) -> list[x509.GeneralName]:
    """ApplicationUri, host names and IP addresses: clients compare them with what they dialled."""
    dns = dict.fromkeys(("localhost", socket.gethostname(), *hosts))
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri), *map(x509.DNSName, dns)]
    return names + [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
