"""What keeps an export from being made."""


class ExportError(Exception):
    """The map cannot be exported so; the message says why and what to change."""
