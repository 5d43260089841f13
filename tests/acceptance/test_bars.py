"""The exactness bars at a twentieth; ACCEPTANCE_SEED repeats a run, whose seed is printed."""

import os
import random
from pathlib import Path

import pytest

from benchmarks.accept.run import BARS
from tests.cable import NotPermitted

SCALE = 0.05


@pytest.mark.acceptance
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", BARS)
def test_bar(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("ACCEPTANCE_SEED") or random.randrange(1 << 32))
    with capsys.disabled():
        print(f"\n{name} at {SCALE}, ACCEPTANCE_SEED={seed}", end=" ")
    try:
        counted = BARS[name](tmp_path, SCALE, seed)
    except NotPermitted as exc:
        pytest.skip(str(exc))
    with capsys.disabled():
        print(counted, end=" ")
