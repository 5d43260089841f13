"""How far a backup or a restore has come: who does the work tells, who shows it listens."""

from typing import Protocol


class Progress(Protocol):
    """Called often; must be quick."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """`what` is being done; `done` of `total` bytes, 0 of 0 where nobody knows."""
        ...


def silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""
