"""A station for the bars: two quick recipes, parts of which some are dark, every writer allowed."""

import contextlib
import json
import os
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from service.store.database import connect_reading
from tests.conftest import Running

ROOT = Path(__file__).resolve().parents[2]
DARK, BRIGHT = 60, 200
JOBS = {1: "bright", 2: "dark"}  # job 1 passes bright parts, job 2 dark ones


class Bench:
    """The station, and its database as an auditor reads it."""

    def __init__(self, folder: Path, seed: int, **environment: str) -> None:
        parts, recipes = folder / "parts", folder / "recipes"
        write_parts(parts, random.Random(seed))
        for job, name in JOBS.items():
            write_recipe(recipes / name, job, name)
        own = {
            "VISION_STATION__RECIPE_FOLDER": str(recipes),
            "VISION_STATION__COMMIT_LIMIT_MS": "20000",  # a slow disk of a test machine is no fault
            "VISION_STATION__ACQUISITION_LIMIT_MS": "20000",
            "VISION_CAMERA__TYPE": "folder",
            "VISION_CAMERA__PATH": str(parts),
            "VISION_MODBUS__WRITE_CONTROL": "everyone",
            "VISION_ARCHIVE__KEEP": "none",
        }
        self.running = Running(folder, own | environment)

    @property
    def port(self) -> int:
        """Of Modbus."""
        return self.running.modbus

    def administered(self) -> None:
        """Before the start: somebody set it up, else other machines would only read."""
        own = {"VISION_STATION__DATA_FOLDER": str(self.running.folder / "data")}
        add = (sys.executable, "-m", "service.cli", "user", "add", "plant", "administrator")
        subprocess.run(add, input=b"at least twelve\n", cwd=ROOT, env=os.environ | own, check=True, timeout=60)

    def rows(self) -> list[dict[str, Any]]:
        """Every result that is stored, in order of acceptance."""
        columns = "number, source, client, trigger_seq, user_tag, result_seq, judgement, error_code, stored, forced"
        return self.query(f"SELECT {columns} FROM results ORDER BY number")

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Read only, beside the station."""
        path = self.running.folder / "data" / "results.sqlite"
        with contextlib.closing(connect_reading(path)) as db:
            db.set_busy_timeout(10_000)
            db.row_trace = lambda cursor, row: dict(zip((name for name, *_ in cursor.description), row, strict=True))
            return list(db.execute(sql))

    def rest(self, path: str, body: object = None) -> tuple[int, Any]:
        """GET, or POST of a body: status and answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.running.url}/api/v1{path}", data, {"Content-Type": "application/json"} if data else {}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as exc:
            with exc:
                return exc.code, json.load(exc)


@contextlib.contextmanager
def bench(folder: Path, seed: int, *, administered: bool = False, **environment: str) -> Iterator[Bench]:
    """A bench whose station runs inside."""
    made = Bench(folder, seed, **environment)
    if administered:
        made.administered()
    try:
        made.running.start()
        yield made
    finally:
        made.running.stop()
        made.running.forget()


def write_parts(folder: Path, chance: random.Random, count: int = 40) -> None:
    """Small grey images, a third of them dark."""
    folder.mkdir(parents=True)
    for number in range(count):
        level = DARK if chance.random() < 1 / 3 else BRIGHT
        cv2.imwrite(str(folder / f"part{number}.png"), np.full((48, 64), level, np.uint8))


def write_recipe(folder: Path, job: int, name: str, time_limit_ms: int = 20000) -> None:
    """One step, ``brightness``, in slot 0; its reject class is the job number."""
    folder.mkdir(parents=True)
    limits = {"low": 128, "high": 255} if job == 1 else {"low": 0, "high": 127}
    step = {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": [{"kind": "rectangle", "x": 4, "y": 4, "width": 40, "height": 30}],
        "slot": 0,
        "reject_class": job,
        "limits": {"mean": limits},
    }
    recipe = {"format": 1, "job": job, "name": name, "version": job, "released": True, "time_limit_ms": time_limit_ms}
    (folder / "recipe.json").write_text(json.dumps(recipe | {"steps": [step]}))
