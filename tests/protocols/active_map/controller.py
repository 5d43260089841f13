"""A controller that runs the exported function block, and its Modbus client."""

from collections.abc import Callable

from protocols import tags
from protocols.tag import IR
from tests.protocols.active_map.interpreter import Instance, Program
from tests.protocols.handshake.bench import Bench


class Plc:
    """A controller whose Modbus client writes and then reads, a scan for each; the network fails when it is told to."""

    def __init__(self, bench: Bench, text: str) -> None:
        self.bench, self.time_ms, self.connected = bench, 0.0, True
        self.block = Instance(Program(text), "VisionStation", lambda: self.time_ms)
        self.block["Enable"], self.block["TimeLimit"] = 1, 1000
        self.seen: list[int] = []

    def scan(self, *, ms: float = 10, lost_write: bool = False, fresh: bool = True) -> None:
        """One cycle: the words of the last call go out, new ones come in, then the call."""
        self.time_ms += ms
        self.bench.image.set(tags.CAMERA_HEARTBEAT, int(self.time_ms) // 100)
        block = self.block
        fresh = fresh and self.connected
        if fresh and not lost_write:
            self.bench.write({i: word & 0xFFFF for i, word in enumerate(block["WriteWords"])})
        if fresh:
            block["ReadWords"] = self.bench.image.words(IR(tags.COMPACT_BASE), tags.COMPACT_WORDS)
        block["CommOk"], block["Fresh"] = self.connected, fresh and not lost_write
        before = block["Count"]
        block.scan()
        if block["Count"] != before:
            self.seen.append(block["Result"]["Seq"])

    def until(self, true: Callable[[], object], limit: int = 200, **how: bool) -> None:
        for _ in range(limit):
            if true():
                return
            self.scan(**how)
        raise AssertionError("it did not come")

    def begin(self) -> None:
        self.until(lambda: self.block["State"] == 1 and self.block["Ready"])

    def start(self) -> None:
        self.block["Start"] = 0
        self.scan()
        self.block["Start"] = 1
        self.scan()

    def accepted(self, before: int) -> None:
        self.until(lambda: self.bench.accepted > before)
