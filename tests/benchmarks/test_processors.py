"""What other programs take is told from what is ours."""

import subprocess
import sys

import pytest

from benchmarks import processors
from benchmarks.processors import Moment

BUSY = "import time; t = time.process_time()\nwhile time.process_time() - t < 0.3: pass\nprint(flush=True); input()"


def test_what_is_not_ours_is_the_others() -> None:
    assert Moment(10.0, 115.0, 53.0).others_since(Moment(0.0, 100.0, 50.0)) == pytest.approx(1.2)


def test_what_a_program_of_ours_takes_is_ours() -> None:
    before = processors.now()
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        after = processors.now()
        child.communicate(b"\n")
    assert after.own - before.own >= 0.25
    assert after.all - before.all >= 0.25
