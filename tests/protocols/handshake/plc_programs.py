"""PLC programs as people write them. A write is repeated until it is answered; every attempt is a part of its own."""

from typing import Protocol

from tests.protocols.handshake.model_state import ACK, Source

VALID, READY = 11, 0  # bits of StatusWord
ANSWERED, LOST, MUTE = "answered", "lost", "mute"  # never arrived; done, but not answered


class Station(Protocol):
    """What a PLC sees."""

    def write(self, client: str, registers: dict[int, int], answered: bool) -> None: ...

    def read(self, register: int) -> int: ...


class Plc:
    """A program as a chain of states."""

    def __init__(self, station: Station, way: str) -> None:
        self.station, self.way = station, way
        self.seq = self.part = 0
        self.state = "rest"

    def status(self, bit: int) -> bool:
        return bool(self.station.read(0) >> bit & 1)

    def send(self, registers: dict[int, int], fate: str, then: str) -> None:
        if fate != LOST:
            self.station.write("plc", registers, answered=fate == ANSWERED)
        if fate == ANSWERED:
            self.state = then


class LazyPlc(Plc):
    """Triggers, waits for ResultsValid, reads the current result; looks at nothing else, never acknowledges."""

    def __init__(self, station: Station, way: str) -> None:
        super().__init__(station, way)
        self.taken: list[int] = []
        self.wrong: list[tuple[int, int]] = []

    def step(self, fate: str = ANSWERED, patient: bool = True) -> None:
        """One cycle; an impatient program gives the part up."""
        match self.state:
            case "rest":
                self.send({0: 1}, fate, "begin")
            case "begin":
                self.part += 1
                self.seq = self.seq % 65535 + 1
                self.state = "fire"
                self._fire(fate)
            case "fire":
                self._fire(fate)
            case "wait":
                self.state = "take" if self.status(VALID) else "wait" if patient else "rest"
            case "take":
                self._take()

    def _fire(self, fate: str) -> None:
        how = {0: 1, 4: self.seq} if self.way == "sequence" else {0: 3}
        self.send(how | {12: 0, 13: self.part}, fate, "wait")

    def _take(self) -> None:
        source = self.station.read(102) >> 8 & 15
        part = self.station.read(106) << 16 | self.station.read(107)
        if (source, part) != (Source.MODBUS, self.part):
            self.wrong.append((self.part, part))
        self.taken.append(self.part)
        self.state = "rest"


class AckingPlc(Plc):
    """Buffered: triggers when ready, takes each result once, acknowledges by number or by edge."""

    def __init__(self, station: Station, way: str) -> None:
        super().__init__(station, way)
        self.taken: list[int] = []
        self.head = self.turns = 0
        self.firing = True

    def step(self, fate: str = ANSWERED, patient: bool = True) -> None:
        """One cycle."""
        match self.state:
            case "rest":
                self.send({0: 5}, fate, "look")
            case "look":
                self._look()
            case "fire":
                self.send({4: self.seq}, fate, "look")
            case "take":
                self.head = self.station.read(100)
                self.taken.append(self.head)
                self.state = "number" if self.way == "number" else "raise"
            case "number":
                self.send({5: self.head}, fate, "look")
            case "raise":
                self.send({0: 5 | 1 << ACK}, fate, "fallen")
            case "fallen":
                self.state = self.state if self.status(VALID) else "lower"
            case "lower":
                self.send({0: 5}, fate, "look")

    def _look(self) -> None:
        self.turns += 1
        if self.firing and self.status(READY) and self.turns % 2:
            self.seq += 1
            self.state = "fire"
        elif self.status(VALID):
            self.state = "take"
        elif self.firing and self.turns % 7 == 0:
            self.state = "rest"  # TriggerEnable is written cyclically
