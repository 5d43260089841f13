"""What an upgrade says when it does not come about."""


class ReleaseError(Exception):
    """The message says what was wrong and what would be right; the release that runs goes on."""
