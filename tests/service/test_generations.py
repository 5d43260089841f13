"""What the generations of a master share, and who may look at it."""

import os
import subprocess
import sys
import time
from subprocess import PIPE

import pytest

from service import generations
from service.generations import Generations, Mark, RunState
from tests.conftest import ROOT


def test_another_program_finds_them_by_the_process_id_and_only_looks() -> None:
    master = "import os; from service.generations import Mark, shared; shared[Mark.MASTER] = os.getpid(); "
    master += "shared[Mark.FORKED] = 7; shared.folder = '/data/\u00fc'; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", master], cwd=ROOT, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        seen = Generations.of(process.pid)
        assert (seen[Mark.FORKED], seen.folder) == (7, "/data/ü")
        with pytest.raises(TypeError):
            seen[Mark.FORKED] = 8
        with pytest.raises(TypeError):
            seen.failed(8, "why")
        process.communicate(b"\n")
    assert seen.state() == RunState(process.pid, forked=7), "also when it has ended"


def test_a_process_that_is_no_station_is_said() -> None:
    with subprocess.Popen(["cat"], stdin=PIPE) as process:
        with pytest.raises(LookupError, match=f"Process {process.pid} is no station's master"):
            Generations.of(process.pid)
        process.communicate()
    with pytest.raises(OSError, match="No such file"):
        Generations.of(process.pid)


def test_a_master_that_takes_no_signals_yet_is_none() -> None:
    """HUP would end it."""
    with pytest.raises(LookupError, match=f"Process {os.getpid()} is no station's master"):
        Generations.of(os.getpid())


def test_other_memory_of_that_name_is_not_taken_for_theirs() -> None:
    code = "import os; kept = os.memfd_create('generations'); os.ftruncate(kept, 100); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(LookupError):
            Generations.of(process.pid)
        process.communicate(b"\n")


def test_which_generation_serves_is_told_with_what_it_is() -> None:
    shared, before = Generations(), time.time()
    assert shared.state() == RunState(0)
    shared[Mark.MASTER], shared[Mark.FORKED] = 7, 1
    shared.serves(1, "http://127.0.0.1:5000")
    state = shared.state()
    assert before <= state.since <= time.time()
    assert state == RunState(7, 1, 1, os.getpid(), state.since, "http://127.0.0.1:5000", forked=1)


def test_of_a_generation_that_failed_the_first_word_counts() -> None:
    shared = Generations()
    shared.serves(1, "")
    shared.failed(2, "half a release")
    shared.failed(2, "its process ended before it served")  # the master's word comes second
    state = shared.state()
    assert (state.alive, state.generation, state.failed, state.trouble) == (1, 1, 2, "half a release")
    shared.failed(3, "no such module")
    shared.failed(2, "told late")
    assert (shared[Mark.FAILED], shared.trouble) == (3, "no such module")
    shared.serves(4, "")
    assert (shared.state().failed, shared.trouble) == (3, ""), "one has since served"


def test_a_reason_of_any_length_is_cut_to_its_place_and_leaves_the_others_whole() -> None:
    shared = Generations()
    shared.folder = "/data"
    shared.serves(1, "http://127.0.0.1:5000")
    shared.failed(2, "ö" * 5000)
    assert set(shared.trouble) == {"ö"}
    shared.failed(3, "short")
    assert (shared.trouble, shared.folder, shared.state().url) == ("short", "/data", "http://127.0.0.1:5000")


def test_only_the_fault_of_a_successor_is_a_generations_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that follows a generation that failed is what should have come: nothing has to be told."""
    shared = Generations()
    monkeypatch.setattr(generations, "shared", shared)
    shared.serves(1, "")
    shared.failed(2, "why")
    for age, told in ((1, "why"), (3, "")):
        monkeypatch.setattr(generations, "age", age)
        assert generations.reload_trouble() == told
