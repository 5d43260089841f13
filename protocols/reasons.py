"""Why the station is not Online, and why a trigger was not taken: by code, in the operator's words."""

from collections.abc import Mapping

from .texts import section


def offline(language: str = "en") -> Mapping[int, str]:
    """By OfflineReason of the status word; 0 has none.

    Raises:
        KeyError: There is no such language.
    """
    return section("offline", language)


def rejects(language: str = "en") -> Mapping[int, str]:
    """By TriggerRejectCode.

    Raises:
        KeyError: There is no such language.
    """
    return section("reject", language)
