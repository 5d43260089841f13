"""The kernel is asked, whatever it answers; where it may not be asked, systemd-timesyncd."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service import clock
from tests.conftest import ROOT
from tests.deploy.confined import numbers


def test_the_kernel_answers_yes_or_no() -> None:
    assert clock.synchronised() in (True, False)


def refused(touched: Path) -> str:
    """What it says in a process that may not ask the kernel, as under the unit."""
    try:
        allowed = [name for name in numbers() if "adjtime" not in name]
    except LookupError as exc:
        pytest.skip(str(exc))
    asked = (
        "import sys; from pathlib import Path; from service import clock; print(clock.synchronised(Path(sys.argv[1])))"
    )
    command = [sys.executable, "tests/deploy/confined.py", ",".join(allowed), sys.executable, "-c", asked, str(touched)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(("age_s", "answer"), [(clock.VALID_S - 60, "True"), (clock.VALID_S + 60, "False")])
def test_under_the_unit_the_last_answer_of_a_time_server_counts(tmp_path: Path, age_s: float, answer: str) -> None:
    file = tmp_path / "synchronized"
    file.touch()
    os.utime(file, (time.time() - age_s, time.time() - age_s))
    assert refused(file) == answer


def test_under_the_unit_without_a_time_server_it_is_not(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent") == "False"
