"""Settings without their secrets: what everybody may read of them."""

import re

BLANK = "***"
_WORD = r"(?:pass(?:word|phrase)?|pwd|secret|token|api_?key)"
_SECRETS = (
    re.compile(rf"(?im)^([#\s]*(?:export\s+)?[\w.-]*{_WORD}[ \t]*=[ \t]*)(?!\s*$)(\S.*)$"),  # password = "..."
    re.compile(r"(?i)([a-z][a-z0-9+.-]*://)([^\s/@\"']+)(?=@)"),  # rtsp://user:password@camera
    re.compile(rf"(?i)(\"--?[\w-]*{_WORD}[\w-]*\"\s*,\s*\")([^\"]*)"),  # ["--password", "..."]
    re.compile(rf"(?i)([?&\"\s-]{_WORD}=)([^\s\"&*]+)"),  # --token=... and ?token=...
    re.compile(r"(?i)((?:bearer|basic)\s+)([A-Za-z0-9+/=._~-]{6,})"),
)


def blanked(text: str) -> tuple[str, int]:
    """The text of a settings file, or of a file of variables, with ``***`` for each secret, in comments too.

    And how many lines that count were changed: comments do not.
    """
    told = text
    for number, pattern in enumerate(_SECRETS):
        told = pattern.sub(rf'\1"{BLANK}"' if number == 0 else rf"\g<1>{BLANK}", told)
    pairs = zip(text.splitlines(), told.splitlines(), strict=True)
    return told, sum(old != new and not old.lstrip().startswith("#") for old, new in pairs)
