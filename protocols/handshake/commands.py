"""Commands: one executes, those that come meanwhile fail, every one is answered."""

from collections.abc import Callable
from dataclasses import dataclass

from .memory import News
from .types import CommandError

IDLE, EXECUTING, DONE, FAILED = range(4)  # CommandStatus


@dataclass(frozen=True, slots=True)
class Started:
    """A command that is not finished in its own turn."""

    job: int  # that is loaded, 0 = the self-test


@dataclass(frozen=True, slots=True)
class Execution:
    """The command that executes."""

    number: int  # CommandSeq, 0 = by ExecuteCommand
    job: int  # that is loaded, 0 = the self-test


@dataclass(frozen=True, slots=True)
class Shown:
    """What a PLC reads of a command beside CommandSeqAck."""

    status: int
    error: CommandError
    executing: bool
    completed: bool
    failed: bool


WAITS = Shown(EXECUTING, CommandError.NONE, executing=True, completed=False, failed=False)


class Commands:
    """CommandSeqAck, CommandStatus and the rest of a command's answer.

    A final answer is shown when its commit has ended: what a PLC has read, a crash does not take back.
    """

    def __init__(self, execute: Callable[[], CommandError | Started]) -> None:
        """`execute` does what CommandCode says now; NONE: it is done."""
        self._execute = execute
        self.ack = self.status = 0
        self.error = CommandError.NONE
        self.completed = self.failed = False
        self.executing: Execution | None = None
        self.waiting: int | None = None  # the last number that came meanwhile, 0 = by ExecuteCommand only
        self.given = 0  # final answers so far
        self.held = 0  # of their commits that are awaited

    @property
    def loading(self) -> bool:
        """The PLC's own job load runs."""
        return self.executing is not None and self.executing.job != 0

    @property
    def shown(self) -> Shown:
        """As it stands in the image: executing until the final answer is on the disk."""
        if self.held:
            return WAITS
        return Shown(self.status, self.error, self.executing is not None, self.completed, self.failed)

    def take(self, rose: bool, fell: bool, news: News, number: int) -> None:
        """ExecuteCommand rose or fell, CommandSeq has news: a bit and a number in one write are one command."""
        if fell:
            self.completed = self.failed = False
        if not rose and news is News.NONE:
            return
        number = number if news is not News.NONE else 0
        if self.executing:
            self.waiting = number or self.waiting or 0
        elif news is News.BASELINE:
            self.answer(number, CommandError.WRONG_STATE)
        else:
            self._start(number)

    def _start(self, number: int) -> None:
        self.completed = self.failed = False
        outcome = self._execute()
        if isinstance(outcome, CommandError):
            self.answer(number, outcome)
            return
        self.executing = Execution(number, outcome.job)
        self.ack, self.status, self.error = number or self.ack, EXECUTING, CommandError.NONE

    def answer(self, number: int, error: CommandError) -> None:
        """Give the final answer of a command."""
        self.given += 1
        self.ack, self.error = number or self.ack, error
        self.status = FAILED if error else DONE
        self.completed, self.failed = not error, bool(error)

    def finish(self, error: CommandError) -> None:
        """What executed has ended; those that waited behind it are answered."""
        execution, self.executing = self.executing, None
        if execution:
            self.answer(execution.number, error)
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            self.answer(waiting, CommandError.WRONG_STATE)
