"""Runs in a fork what the master must not import, since a reload replaces it, without starting Python anew for it."""

import gc
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, and what it said."""

    code: int  # of the process; negative: the signal that ended it
    output: str
    errors: str


def forked(run: Callable[[], int]) -> Outcome:
    """`run` in a child of its own; its number is the exit code. Only where this process has no other threads."""
    said = [os.memfd_create(name) for name in ("output", "errors")]
    try:
        _flush()  # or the child would say it as well
        child = os.fork()
        if not child:
            _child(run, *said)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Outcome(code, *map(_read, said))
    finally:
        for descriptor in said:
            os.close(descriptor)


def _child(run: Callable[[], int], output: int, errors: int) -> None:
    """Never returns."""
    code = 1
    try:
        os.dup2(output, 1)
        os.dup2(errors, 2)
        gc.disable()  # it lives for a moment
        code = run()
    except BaseException:  # as the interpreter itself would end
        traceback.print_exc()
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _read(descriptor: int) -> str:
    with open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        return file.read().decode(sys.stdout.encoding, "replace")
