"""kill -9 while counters by lot and by shift are latched: each result is in one set, or live, never lost or twice."""

import asyncio
import contextlib
import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import TRIGGER_READY, Plc, u32
from protocols.opcua.certificate import ensure_certificate

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

KILLS = 3  # with each durability
ENABLE = 1  # of ControlWord
SET_STRING, DONE = 9, 2
LOT, SHIFT = 2, 3  # arguments of it
TRIGGERS = 16  # in the status block
CLIENT = "mes"
PATIENCE_S = 20.0  # for a station that was killed, and for one that is asked over OPC UA


@pytest.fixture(params=["power", "process"])
def durability(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def line(tmp_path: Path, durability: str) -> Iterator[Bench]:
    with bench(tmp_path, 1, VISION_STATION__DURABILITY=durability) as made:
        yield made


class Line:
    """A PLC program that triggers, in a thread of its own, until the station is gone."""

    def __init__(self, plc: Plc) -> None:
        self.plc = plc
        self.seq = 0
        self._commands = itertools.count(1)

    def begin(self) -> None:
        self.plc.write(0, 0, 0, 0, 0, 0, 0)
        self.plc.write(0, ENABLE)

    def makes(self, argument: int, text: str) -> None:
        """Order the lot, or the shift, of the parts to come."""
        data = text.encode() + b"\0" * (len(text) % 2)
        self.plc.write(128, len(text), *(data[i] << 8 | data[i + 1] for i in range(0, len(data), 2)))
        number = next(self._commands)
        self.plc.write(1, SET_STRING, argument, number)
        status = self.plc.status_when(lambda status: status[7] == number and status[8] >= DONE)
        assert status[7:10] == (number, DONE, 0)

    def run(self, ended: threading.Event) -> int:
        """Parts, until `ended` or the station hangs up; how many."""
        before = self.seq
        with contextlib.suppress(OSError):
            while not ended.is_set():
                if self.plc.read(0, 1)[0] & TRIGGER_READY:
                    self.seq += 1
                    self.plc.write(4, self.seq)
        return self.seq - before

    def come_back(self) -> None:
        """Connect again; a number that was never answered is repeated, and makes one part."""
        self.plc.connect_patiently()
        status = self.plc.status_when(lambda status: status[0] & TRIGGER_READY, PATIENCE_S)
        if self.seq not in status[4:6]:
            self.plc.write(4, self.seq)
        self.plc.settled()


class Collector:
    """A production system that latches by REST; what it got no answer to, it asks for again."""

    def __init__(self, line: Bench) -> None:
        self._line = line
        self._number = 0
        self.open: tuple[str, int] | None = None
        self.got: dict[tuple[str, int], Any] = {}

    def run(self, ended: threading.Event) -> None:
        """Sets of lots and of shifts in turns, until `ended` or the station is gone."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not ended.is_set():
                self._number += 1
                self.latch("lot" if self._number % 2 else "shift", self._number)

    def latch(self, by: str, number: int) -> None:
        self.open = by, number
        status, answer = self._line.rest(f"/counters/{by}/latch", {"number": number, "client": CLIENT})
        assert status == 200, answer
        assert self.got.setdefault((by, number), answer) == answer, "a set that was answered has changed"
        self.open = None

    def come_back(self) -> None:
        """The open number, and that of each kind which was answered last."""
        newest = dict(sorted(self.got, key=lambda known: known[1]))
        for by, number in {*newest.items(), *([self.open] if self.open else [])}:
            self.latch(by, number)

    def everything(self, by: str) -> list[Any]:
        """Every count of every set, and what is live."""
        page = self._line.rest(f"/counters/{by}/latched?limit=100")[1]
        sets = page["items"]
        while page["next"] is not None:
            page = self._line.rest(f"/counters/{by}/latched?limit=100&before={page['next']}")[1]
            sets += page["items"]
        known = {one["id"]: one for one in sets}
        assert len(known) == len(sets)
        taken = [one for (scope, _), one in self.got.items() if scope == by]
        assert [known[one["id"]] for one in taken] == taken, "a set that was answered is gone"
        return [count for one in sets for count in one["items"]] + self._line.rest(f"/counters/{by}")[1]["all"]


def work_and_be_killed(line: Bench, program: Line, collector: Collector, after_s: float) -> int:
    """Triggers and latches at the same time, and the kill; how many triggers."""
    ended = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        parts, latches = threads.submit(program.run, ended), threads.submit(collector.run, ended)
        try:
            ended.wait(after_s)
            line.running.kill_worker()
        finally:
            ended.set()
        latches.result(PATIENCE_S)
        return parts.result(PATIENCE_S)


async def latched_by_opcua(line: Bench, number: int) -> None:
    """Write Cmd.LatchLot and Cmd.LatchShift, each until its set is there."""
    folder = line.running.folder
    certificate, key, uri = ensure_certificate(folder / "client", "client", [])
    client = Client(f"opc.tcp://127.0.0.1:{line.running.opcua}/", timeout=4, watchdog_intervall=60)
    client.application_uri = uri
    await client.set_security(SecurityPolicyBasic256Sha256, str(certificate), str(key))
    client.set_user("station")
    client.set_password((folder / "data" / "token").read_text().strip())
    async with asyncio.timeout(PATIENCE_S), client:
        for name in ("Lot", "Shift"):
            value = ua.DataValue(ua.Variant(number, ua.VariantType.UInt32))
            await client.get_node(f"ns=2;s=Cmd.Latch{name}").write_attribute(ua.AttributeIds.Value, value)
            shown = client.get_node(f"ns=2;s=Latched.{name}.Number")
            while await shown.read_value() != number:
                await asyncio.sleep(0.02)


def stored(line: Bench, columns: str) -> Counter[tuple[object, ...]]:
    """Results by these columns, and judgement."""
    rows = line.query(f"SELECT {columns}, judgement FROM results WHERE NOT forced")
    return Counter(tuple(row.values()) for row in rows)


def counted(counts: list[Any], *keys: str) -> Counter[tuple[object, ...]]:
    judgements = {"pass": 1, "fail": 2, "error": 3}
    found: Counter[tuple[object, ...]] = Counter()
    for count in counts:
        assert count["total"] == sum(count[name] for name in judgements)
        for name, judgement in judgements.items():
            found[(*(count[key] for key in keys), judgement)] += count[name]
    return +found


def test_what_is_latched_and_what_is_live_are_all_results(line: Bench, durability: str) -> None:
    chance = random.Random(durability)
    collector = Collector(line)
    with Plc(line.port) as plc:
        program = Line(plc)
        program.begin()
        for round_ in range(KILLS):
            program.makes(LOT, f"lot {round_ // 2}")
            program.makes(SHIFT, f"shift {round_ % 2}")
            end = time.monotonic() + PATIENCE_S
            while not work_and_be_killed(line, program, collector, 0.3 + chance.random() * 0.7):
                assert time.monotonic() < end, "no part was triggered"
                line.running.wait_healthy()
                program.come_back()
            line.running.wait_healthy()
            program.come_back()
            collector.come_back()
            if round_ % 2:
                asyncio.run(latched_by_opcua(line, round_))
        status = plc.settled()
    results = line.rows()
    assert len(results) == u32(status, TRIGGERS)
    assert len({row["trigger_seq"] for row in results}) == len(results) >= KILLS
    assert counted(collector.everything("lot"), "order", "lot") == stored(line, "work_order, lot")
    assert counted(collector.everything("shift"), "shift") == stored(line, "shift")
    assert {by for by, _ in collector.got} == {"lot", "shift"}
