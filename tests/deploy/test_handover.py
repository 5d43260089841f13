"""One generation hands over to the next, which dies or hangs at each step: a PLC keeps its connection and its parts."""

import json
import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accept.polling_plc import PollingPlc
from service.generations import Generations, Mark
from tests.conftest import ROOT, Running
from tests.plc_side import rows
from tests.types_cache import give_types

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

Make = Callable[..., Running]
LINE = {
    "VISION_STORE__MIN_FREE_MB": "0",
    "VISION_CAMERA__TYPE": "simulated",
    "VISION_CAMERA__DEFECT_RATE": "0",
    "VISION_GUNICORN__TIMEOUT": "20",
}
STEPS = {  # of service/serving.py: what comes next when the successor fails
    "prepared": "    if not await predecessor.relieved():\n",
    "relieved": "    handed = await predecessor.hands()\n",
    "handed": "    left = memory.read()\n",
    "restored": "    await predecessor.own()\n",
}
DIES, HANGS = "    __import__('os')._exit(7)\n", "    __import__('time').sleep(3600)\n"
BROKEN = {  # file of a release: what stands in it instead, or is put before it
    "service/judge.py": "import no_such_module\n",
    "service/line.py": "def broken(:\n",
    "service/station.py": "raise RuntimeError('half a release')\n",
    "service/store/schema.py": "1 / 0\n",
    "service/settings/models.py": "from .problems import no_such_name\n",
    "service/app.py": "async def factory(:\n",
    "service/serving.py": "import sys; sys.exit(9)\n",
    "service/preparing.py": "import os; os._exit(8)\n",
    "service/assembly.py": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n",
    "service/web.py": "\0",
    "service/events.py": "raise KeyboardInterrupt\n",
    "service/handover/taking.py": "raise SystemExit\n",
    "service/http_runner.py": "import cv2.no_such_part\n",
    "protocols/tags.py": "raise MemoryError\n",
    "protocols/modbus/server.py": "class ModbusServer: pass\nraise TypeError('not this one')\n",
    "protocols/handshake/retained.py": "VERSION = 'another'\nassert VERSION == 1\n",
    "protocols/opcua/trust.py": "from cryptography import no_such_name\n",
    "vision/cameras/simulated.py": "raise OSError('the driver is not installed')\n",
    "vision/recipe/recipe.py": "\ttabs = 1\n  spaces = 2\n",
    "vision/pipeline/inspection.py": HANGS.lstrip(),
}


@pytest.fixture
def released(make_station: Make, tmp_path: Path) -> Running:
    """A station that runs a release of its own, which a test may change."""
    release = tmp_path / "release"
    for name in ("service", "protocols", "vision", "config"):
        shutil.copytree(
            ROOT / name, release / name, ignore=shutil.ignore_patterns("node_modules", "src", "__pycache__")
        )
    running = make_station(start=False, **LINE)
    running.root = release
    give_types(running.folder / "data", asset=True)
    running.start()
    running.wait_ready()
    return running


@contextmanager
def changed(running: Running, file: str, change: Callable[[str], str]) -> Iterator[None]:
    path = running.root / file
    whole = path.read_text()
    path.write_text(change(whole))
    later = time.time() + 10  # another second than that of the compiled one
    os.utime(path, (later, later))
    yield
    path.write_text(whole)


def hup(running: Running) -> None:
    assert running.process
    running.process.send_signal(signal.SIGHUP)


def shared_of(running: Running) -> Generations:
    assert running.process
    return Generations.of(running.process.pid)


def fails(running: Running, plc: PollingPlc) -> str:
    """A reload that comes to nothing: why. The old generation judges parts for the same connection."""
    shared = shared_of(running)
    serving, newest, old = shared[Mark.SERVING], shared[Mark.FORKED] + 1, running.workers()
    hup(running)
    plc.until(lambda: shared[Mark.FAILED] == newest)
    plc.until(lambda: running.workers() == old)
    had = plc.results
    plc.until(lambda: plc.results > had + 2)
    assert shared[Mark.SERVING] == serving
    assert not plc.errors
    return shared.trouble


def takes_over(running: Running, plc: PollingPlc) -> None:
    shared, old = shared_of(running), set(running.workers())
    before = shared[Mark.SERVING]
    hup(running)
    plc.until(lambda: shared[Mark.SERVING] > before)
    plc.until(lambda: not old & set(running.workers()))
    had = plc.results
    plc.until(lambda: plc.results > had + 2)
    assert not plc.errors


def is_exact(running: Running, plc: PollingPlc) -> None:
    """Every part that was accepted was offered once, and stands in the database once."""
    assert not plc.errors
    assert plc.accepted == plc.offered
    assert sorted(seq for (seq,) in rows(running.folder / "data", "trigger_seq")) == sorted(plc.offered)


@pytest.mark.parametrize("fault", [DIES, HANGS], ids=["dies", "hangs"])
def test_a_successor_that_fails_at_any_step_is_taken_back_from(released: Running, fault: str) -> None:
    with PollingPlc(released.modbus) as plc:
        for step, line in STEPS.items():
            if fault is HANGS and step == "prepared":
                continue  # the old one waits for it as for any start that hangs, see the broken releases
            with changed(released, "service/serving.py", lambda whole, line=line: whole.replace(line, fault + line)):
                why = fails(released, plc)
            print(f"{step}: {why}")
            assert "could not take over" in why or "its process ended" in why
        takes_over(released, plc)
    is_exact(released, plc)


def test_a_predecessor_that_hangs_when_it_is_asked_is_ended(released: Running) -> None:
    """Its connections end with it, and nothing that it had accepted is lost."""
    shared = shared_of(released)
    (old,) = released.workers()
    with changed(
        released, "service/serving.py", lambda whole: whole.replace(STEPS["prepared"], _STOPS + STEPS["prepared"])
    ):
        hup(released)
        released_by = time.monotonic() + 60
        while shared[Mark.SERVING] < 2:
            assert time.monotonic() < released_by, released.log
            time.sleep(0.02)
    assert old not in released.workers()
    assert released.has_logged(f"process {old} has not answered")
    with PollingPlc(released.modbus) as plc:
        plc.until(lambda: plc.results > 3)
    is_exact(released, plc)


_STOPS = "    __import__('os').kill(shared[Mark.WORKER], 19)\n"  # SIGSTOP


def test_a_recipe_that_is_released_when_the_successor_has_read_them_is_in_production_there(
    released: Running, tmp_path: Path
) -> None:
    new, waits = released.root / "config" / "recipes" / "new", tmp_path / "waits"
    region = {"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}
    step = {"name": "light", "tool": {"type": "brightness"}, "regions": [region], "limits": {"mean": {"low": 0}}}
    new.mkdir()
    (new / "draft.json").write_text(json.dumps({"job": 77, "name": "a new one", "steps": [step | {"reject_class": 1}]}))
    wait = f"    made_ready = __import__('pathlib').Path({str(waits)!r})\n    made_ready.touch()\n"
    wait += "    while made_ready.exists():\n        await asyncio.sleep(0.01)\n"
    with PollingPlc(released.modbus) as plc:
        with changed(
            released,
            "service/serving.py",
            lambda whole: "import asyncio\n" + whole.replace(STEPS["prepared"], wait + STEPS["prepared"]),
        ):
            shared, old = shared_of(released), released.workers()
            before = shared[Mark.SERVING]
            hup(released)
            plc.until(waits.exists)
            rest(released, "recipes/77/release", {"reason": "it is needed today"})
            waits.unlink()
            plc.until(lambda: shared[Mark.SERVING] > before)
            plc.until(lambda: not set(old) & set(released.workers()))
        found = {one["job"]: one["state"] for one in rest(released, "recipes")}
        assert found[77] == "in production"
    is_exact(released, plc)


def rest(running: Running, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{running.url}/api/v1/{path}", data, {"Content-Type": "application/json"} if data else {}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_twenty_broken_releases_leave_the_old_one_serving(released: Running) -> None:
    with PollingPlc(released.modbus) as plc:
        for file, words in BROKEN.items():
            with changed(released, file, lambda whole, words=words: words + whole):
                why = fails(released, plc)
            assert why, file
            assert ("was not ready within" in why) is (words == HANGS.lstrip()), why
        takes_over(released, plc)
    is_exact(released, plc)
