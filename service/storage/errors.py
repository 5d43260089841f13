"""What the storage can say no with; the text says why."""


class NoSuchResult(Exception):
    """No result has this number, or it is not pinned."""


class PinRefused(Exception):
    """It cannot be pinned now."""


class Busy(Exception):
    """Another export is under way."""


class ReviewRefused(Exception):
    """There is nothing to be said about this result; the text says why."""
