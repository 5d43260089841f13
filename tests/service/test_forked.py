"""A child of the master: what it says comes back, what it imports does not."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT

PROGRAM = """
import json, os, signal, sys
from service.forked import forked

def run():
    import colorsys
    print("said", end="")
    print("warned", file=sys.stderr, end="")
    {ends}

print("said before", end="")
ended = forked(run)
print(json.dumps([ended.code, ended.output, ended.errors, "colorsys" in sys.modules]), file=sys.stderr)
"""


def ended(ends: str) -> Any:
    command = [sys.executable, "-c", PROGRAM.replace("{ends}", ends)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "said before"
    return json.loads(done.stderr)


@pytest.mark.parametrize("code", [0, 3])
def test_its_number_is_the_exit_code(code: int) -> None:
    assert ended(f"return {code}") == [code, "said", "warned", False]


def test_what_it_dies_of_is_told() -> None:
    code, said, errors, imported = ended("raise ValueError('of what')")
    assert (code, said, imported) == (1, "said", False)
    assert errors.startswith("warnedTraceback")
    assert "ValueError: of what" in errors


def test_a_signal_is_its_end() -> None:
    assert ended("sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)")[:2] == [-9, "said"]
