"""The station's own OPC UA certificate: RSA 2048, self-signed, made once."""

import ipaddress
import os
import socket
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOT_BEFORE = datetime.fromisoformat("2020-01-01T00:00:00+00:00")  # a station's clock may be years behind
NOT_AFTER = datetime.fromisoformat("2049-12-31T23:59:59+00:00")


def ensure_certificate(folder: Path, name: str, addresses: Sequence[str]) -> tuple[Path, Path, str]:
    """Return certificate (DER), private key (PEM) and ApplicationUri; makes them where they are missing.

    Blocks for some 100 ms when it makes a key. The key file is readable by its owner alone.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    cert_file, key_file = folder / "certificate.der", folder / "key.pem"
    if not (cert_file.exists() and key_file.exists()):
        _make(cert_file, key_file, name, addresses)
    certificate = x509.load_der_x509_certificate(cert_file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return cert_file, key_file, names.get_values_for_type(x509.UniformResourceIdentifier)[0]


def _make(cert_file: Path, key_file: Path, name: str, addresses: Sequence[str]) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _signed(key, name, addresses)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.DER))


def _signed(key: rsa.RSAPrivateKey, name: str, addresses: Sequence[str]) -> x509.Certificate:
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
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.SubjectAlternativeName(_names(addresses)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(extended, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _names(addresses: Sequence[str]) -> list[x509.GeneralName]:
    """ApplicationUri, host names and IP addresses: clients compare them with what they dialled."""
    host = socket.gethostname()
    uri = f"urn:{host}:vision-inspection:{os.urandom(4).hex()}"
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri), x509.DNSName("localhost")]
    names += [x509.DNSName(host)] if host != "localhost" else []
    return names + [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
