"""What the store can say no with."""


class StoreError(Exception):
    """The disk or the database did not take it, or could not be read; the message says what."""


class Locked(StoreError):
    """Another process has the data folder."""


class TooNew(StoreError):
    """The database was written by a newer release."""


class TooSlow(StoreError):
    """A search takes longer than anybody should wait: it has to be narrowed."""
