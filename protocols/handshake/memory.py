"""What each client address wrote last: by it alone is seen what is new in a write."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique

from .control import COMMAND_SEQ, CONTROL_WORD, RESULT_ACK_SEQ, TRIGGER, TRIGGER_SEQ

ADDRESSES = 64  # the longest silent is forgotten


@dataclass(slots=True)
class Client:
    """What one client address wrote last, over all its connections and restarts; None: not yet."""

    known: int = 0  # bits of ControlWord it has written
    levels: int = 0  # their values
    command_seq: int | None = None  # the last that was not 0; 0 as a baseline only
    trigger_seq: int | None = None  # likewise
    result_ack: int | None = None

    def level(self, word: int) -> int:
        """ControlWord as this client knows it: `word` where it has not written a bit."""
        return self.levels & self.known | word & ~self.known


@unique
class News(Enum):
    """What a sequence number in a write is to its client address."""

    NONE = "nothing new"
    BASELINE = "its first number in this register"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Write:
    """One checked write: registers but HR 0, and the bits of ControlWord it addresses."""

    client: str
    registers: Mapping[int, int]
    mask: int = 0
    levels: int = 0  # of the bits in `mask`


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new in a write."""

    rose: int  # bits
    fell: int  # bits
    result_ack: int  # 0 = not newly written
    command: News
    trigger: News
    previous_seq: int  # the address's TriggerSeq before
    previous_trigger: bool  # and its Trigger bit
    remembered: bool  # the memory holds something that must be committed before the answer


class Memory:
    """The clients, the one silent for longest first."""

    def __init__(self) -> None:
        self.clients: OrderedDict[str, Client] = OrderedDict()

    def compare(self, write: Write, word: int, result_ack: int) -> Changes:
        """Say what is new, and remember the write.

        Args:
            write: The write.
            word: ControlWord before it.
            result_ack: ResultAckSeq before it.
        """
        client = self._client(write.client)
        before, known = client.level(word), client.known
        command, trigger = write.registers.get(COMMAND_SEQ), write.registers.get(TRIGGER_SEQ)
        ack = write.registers.get(RESULT_ACK_SEQ)
        previous_ack = result_ack if client.result_ack is None else client.result_ack
        changes = Changes(
            rose=write.mask & write.levels & ~before,
            fell=write.mask & before & ~write.levels,
            result_ack=ack if ack and ack != previous_ack else 0,
            command=_news(client.command_seq, command),
            trigger=_news(client.trigger_seq, trigger),
            previous_seq=client.trigger_seq or 0,
            previous_trigger=bool(before & TRIGGER),
            remembered=bool(write.mask & ~known or write.mask & (client.levels ^ write.levels))
            or (ack is not None and ack != client.result_ack)
            or _remembered(client.command_seq, command) != client.command_seq
            or (client.trigger_seq is None and trigger is not None),
        )
        client.known |= write.mask
        client.levels = client.levels & ~write.mask | write.levels
        client.command_seq = _remembered(client.command_seq, command)
        client.trigger_seq = _remembered(client.trigger_seq, trigger)
        client.result_ack = client.result_ack if ack is None else ack
        return changes

    def _client(self, address: str) -> Client:
        client = self.clients.setdefault(address, Client())
        self.clients.move_to_end(address)
        if len(self.clients) > ADDRESSES:
            self.clients.popitem(last=False)
        return client


def write_of_registers(client: str, registers: Mapping[int, int]) -> Write:
    """FC6, FC16 and the write of FC23: HR 0 counts as all of its bits."""
    word = registers.get(CONTROL_WORD)
    return Write(client, registers) if word is None else Write(client, registers, 0xFF, word)


def write_of_bits(client: str, bits: Mapping[int, int]) -> Write:
    """FC5, FC15 and FC22: only the bits that it addresses count as written."""
    mask = sum(1 << bit for bit in bits) & 0xFF
    return Write(client, {}, mask, sum(1 << bit for bit, value in bits.items() if value))


def _news(last: int | None, value: int | None) -> News:
    if not value or value == last:
        return News.NONE
    return News.BASELINE if last is None else News.NEW


def _remembered(last: int | None, value: int | None) -> int | None:
    """0 is remembered as a baseline, never in place of a number."""
    return last if value is None or (value == 0 and last is not None) else value
