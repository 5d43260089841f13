"""Which pages of other origins may ask, and whose word about a client's address is believed."""

from collections.abc import Iterator
from ipaddress import ip_network

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong

WIDEST = 256  # addresses of a network whose every machine could say to be anybody


def look(subject: Subject) -> Iterator[Finding]:
    """Never "*": the settings refuse it."""
    if subject.settings is None:
        return
    http = subject.settings.http
    for origin in http.cors_origins:
        if origin.startswith("http://"):
            remedy = "Serve that page over https, or take it out of [http] cors_origins"
            yield wrong("cors", f"{origin} is unencrypted: whoever sits between could ask in its name", remedy)
    for network in http.forwarded_allow_ips:
        if ip_network(network).num_addresses > WIDEST:
            remedy = "Name the proxies alone in [http] forwarded_allow_ips"
            yield wrong("cors.proxies", f"every machine of {network} may say to be anybody", remedy)
    yield ok("cors", ", ".join(http.cors_origins) or "none may")
