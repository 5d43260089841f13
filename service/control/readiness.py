"""What a running station answers about its parts."""

import json
import ssl
import urllib.error
import urllib.request

LIMIT_S = 5.0


def not_ready(url: str) -> dict[str, str]:
    """The reason of each part that is not ready.

    Raises:
        OSError: It does not answer, or not as a station does.
    """
    unverified = ssl.create_default_context()  # it is this machine, and the certificate names others
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=LIMIT_S, context=unverified) as answer:  # noqa: S310 - http
            said = answer.read()
    except urllib.error.HTTPError as exc:
        said = exc.read()  # 503: a part is not ready
    try:
        parts = json.loads(said)["parts"]
        return {name: part["reason"] for name, part in parts.items() if not part["ok"]}
    except (ValueError, KeyError, TypeError):
        raise OSError("/readyz is not a station's") from None
