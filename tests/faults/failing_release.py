"""A copy of the release whose brightness tool does what a file says: a real station with a tool that fails."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

LIMIT_MS = 1000
PACKAGES = ("service", "protocols", "vision", "config")
TOOL = """

def _failing(self, view, measure=Brightness.measure):
    import ctypes, numpy, os, time
    from pathlib import Path
    file = Path({act!r})
    act, _, where = file.read_text().partition(" ")
    if (where == "warm-up") != (view.raw.min() == view.raw.max()):
        return measure(self, view)
    if act == "hang":
        time.sleep(3600)
    for _ in range(80 if act in ("crash", "abort") and not where else 0):
        if file.with_suffix(".go").exists():  # the PLC has its acknowledgement
            break
        time.sleep(0.01)
    if act == "crash":
        ctypes.string_at(0)
    elif act == "abort":
        os.abort()
    elif act == "memory":
        numpy.ones(10**10)
    elif act == "creep":
        taken = []
        while True:
            taken.append(numpy.empty(1 << 24, numpy.uint8))
    return measure(self, view)


Brightness.measure = _failing
"""

CAMERA = """

def _hanging(self, *args, acquire=SimulatedCamera.acquire, **more):
    import time
    from pathlib import Path
    if Path({act!r}).read_text() == "camera":
        time.sleep(3600)
    return acquire(self, *args, **more)


SimulatedCamera.acquire = _hanging
"""


@dataclass(frozen=True)
class FailingRelease:
    """`root` runs as a station does."""

    root: Path
    file: Path

    def act(self, what: str = "") -> None:
        """From the next part on: hang, crash, abort, memory, creep, or camera (it hangs).

        With " warm-up" behind it on the blank frame instead.
        """
        self.file.with_suffix(".go").unlink(missing_ok=True)
        self.file.write_text(what)

    def go(self) -> None:
        """Crash now."""
        self.file.with_suffix(".go").touch()

    def recipe(self, job: int) -> None:
        """A recipe with one step."""
        step = {
            "name": "light",
            "tool": {"type": "brightness"},
            "regions": [{"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}],
            "slot": 0,
            "limits": {"mean": {"low": 0, "high": 255}},
        }
        content = {"format": 1, "job": job, "name": f"job {job}", "version": 1, "released": True, "steps": [step]}
        folder = self.root / "config" / "recipes" / f"job-{job}"
        folder.mkdir(parents=True)
        (folder / "recipe.json").write_text(json.dumps(content | {"time_limit_ms": LIMIT_MS}))


def failing_release(folder: Path) -> FailingRelease:
    """With one recipe, job 1."""
    root = folder / "release"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.rmtree(root / "config" / "recipes")
    made = FailingRelease(root, folder / "act")
    made.act()
    made.recipe(1)
    with (root / "vision" / "cameras" / "simulated.py").open("a") as file:
        file.write(CAMERA.format(act=str(made.file)))
    with (root / "vision" / "tools" / "brightness.py").open("a") as file:
        file.write(TOOL.format(act=str(made.file)))
    return made
