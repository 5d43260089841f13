"""What the Gunicorn worker tells of itself; reloads of a living station are tests/deploy's."""

import os

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from service import generations, worker
from service.generations import Generations, Mark
from service.worker import StationWorker


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Generations:
    made = Generations()
    monkeypatch.setattr(worker, "shared", made)
    monkeypatch.setattr(generations, "binds", ["127.0.0.1:5000"])
    return made


def _of(age: int) -> StationWorker:
    settings = Config()
    return StationWorker(age, os.getpid(), [], None, 30, settings, Logger(settings))


def test_a_heartbeat_of_one_that_lingers_does_not_take_its_successors_place(shared: Generations) -> None:
    old, new = _of(1), _of(2)
    try:
        old.notify()
        assert (shared[Mark.SERVING], shared[Mark.ALIVE]) == (1, 1)
        new.notify()
        old.notify()
        assert (shared[Mark.SERVING], shared[Mark.ALIVE]) == (2, 2)
    finally:
        old.tmp.close()
        new.tmp.close()
