"""Whether what crosses the network is encrypted: browsers and OPC UA. Modbus TCP never is."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509

from service.addresses import binds, is_loopback, split
from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong
from service.settings import Settings

DAYS = 30
PROXY = "Set [gunicorn] certfile, or a proxy with TLS in front and [http] bind to 127.0.0.1: docs/security.md"


def look(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    if settings is None:
        return
    yield _http(settings, subject)
    at = binds(settings).get("opcua")
    if at and not is_loopback(split(at)[0]):
        if settings.opcua.policy_none:
            remedy = "Set [opcua] policy_none = false once every client encrypts"
            yield wrong("tls.opcua", "OPC UA is open without encryption", remedy)
        else:
            yield ok("tls.opcua", "OPC UA encrypts")


def _http(settings: Settings, subject: Subject) -> Finding:
    endpoint = binds(settings)["http"]
    if settings.gunicorn.certfile:
        return _certificate(Path(settings.gunicorn.certfile))
    if not is_loopback(split(endpoint)[0]):
        return wrong("tls.http", f"tokens and passwords cross the network unencrypted: HTTP on {endpoint}", PROXY)
    if ":01BB " in _listening(subject):  # 443
        return ok("tls.http", "HTTP is this machine's alone, a proxy with TLS listens on port 443")
    return ok("tls.http", "HTTP is this machine's alone")


def _certificate(path: Path) -> Finding:
    """Valid, and for a while."""
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (ValueError, ssl.SSLError) as exc:
        return wrong("tls.http", f"{path} is no certificate: {exc}", "Put a PEM certificate there")
    days = (ends.timestamp() - time.time()) / 86400
    if days < DAYS:
        return wrong("tls.http", f"the certificate {path} ends on {ends:%Y-%m-%d}", "Renew it and reload")
    return ok("tls.http", f"HTTPS, certificate until {ends:%Y-%m-%d}")


def _listening(subject: Subject) -> str:
    """Lines of the kernel's tables of sockets that listen."""
    tables = (subject.of_system(f"proc/net/{name}") for name in ("tcp", "tcp6"))
    lines = (line for table in tables if table.exists() for line in table.read_text().splitlines())
    return "\n".join(line for line in lines if " 0A " in line)
