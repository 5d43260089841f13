"""HTTPS by the station itself."""

import ssl

from .settings import GunicornSettings


def context(certfile: str, keyfile: str, ca_certs: str, cert_reqs: int, ciphers: str) -> ssl.SSLContext:
    """TLS 1.2 and 1.3.

    Raises:
        OSError: A file is not there, or not what it should be (`ssl.SSLError`).
        ValueError: Client certificates are asked for without authorities.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certfile, keyfile or None)
    if cert_reqs and not ca_certs:
        raise ValueError("cert_reqs needs ca_certs")
    made.verify_mode = ssl.VerifyMode(cert_reqs)
    if ca_certs:
        made.load_verify_locations(ca_certs)
    if ciphers:
        made.set_ciphers(ciphers)
    return made


def tls_problems(settings: GunicornSettings) -> list[str]:
    """What keeps HTTPS from being served; nothing where it is not asked for."""
    if not settings.certfile:
        named = next((name for name in ("keyfile", "ca_certs") if getattr(settings, name)), "")
        return [f"gunicorn.{named}: needs gunicorn.certfile, without which HTTP is not encrypted"] if named else []
    try:
        context(settings.certfile, settings.keyfile, settings.ca_certs, settings.cert_reqs, settings.ciphers)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        return [f"gunicorn.certfile: {settings.certfile}, keyfile {settings.keyfile or 'in it'}: {reason}"]
    return []
