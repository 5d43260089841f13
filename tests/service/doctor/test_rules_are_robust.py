"""No traffic, however mad, makes a rule fail: a rule that fails is a rule that says nothing."""

import random
import struct
from collections.abc import Iterator

import pytest

from protocols.handshake.types import Accepted, Source
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer, Recording
from protocols.modbus.longer import Raw
from protocols.settings import ModbusSettings
from service.doctor import Part, examine
from service.doctor.case import Case, make_case
from service.doctor.flight import archive
from service.doctor.rules import ALL
from service.doctor.timeline import timeline

CLIENTS = ("10.0.0.1", "10.0.0.2", "fe80::1%eth0")
ADDRESSES = (0, 1, 2, 3, 4, 5, 6, 12, 16, 17, 63, 99, 100, 102, 127, 128, 900, 1000, 1100, 1900, 2000, 30001, 40005)


class Anyone:
    """Takes every write and forgets it."""

    def write(self, client: str, registers: object) -> None: ...
    def write_bits(self, client: str, bits: object) -> None: ...
    def connected(self, client: str) -> None: ...
    def disconnected(self, client: str) -> None: ...
    def request_seen(self, client: str) -> None: ...


def requests(chance: random.Random) -> Iterator[bytes]:
    while True:
        function = chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 22, 23, 43, 99))
        address, count = chance.choice(ADDRESSES), chance.choice((0, 1, 2, 3, 8, 32, 64, 125, 269))
        words = struct.pack(f">{count}H", *(chance.choice((0, 1, 3, 7, 0xFFFF)) for _ in range(count)))
        pdu = {
            5: struct.pack(">BHH", 5, address, chance.choice((0, 0xFF00, 7))),
            15: struct.pack(">BHHB", 15, address, 8 * count, count & 0xFF) + words[:count],
            16: struct.pack(">BHHB", 16, address, count, 2 * count & 0xFF) + words,
            22: struct.pack(">BHHH", 22, address, chance.randrange(65536), chance.randrange(65536)),
            23: struct.pack(">BHHHHB", 23, chance.choice(ADDRESSES), 8, address, count, 2 * count & 0xFF) + words,
        }.get(function, struct.pack(">BHH", function, address, count))
        yield pdu[: chance.choice((1, 3, 5, 9))] if chance.random() < 0.05 else pdu


def recorded(chance: random.Random, count: int) -> Recording:
    """Real answers of the real functions; registers that nobody could explain."""
    server = ModbusServer(
        ProcessImage(),
        Anyone(),
        ModbusSettings(write_control="everyone"),
        station_name="test",
        version="0",
        utc_us=lambda: 0,
        uptime_s=lambda: 0,
    )
    raws: list[Raw] = []
    made = requests(chance)
    for number in range(1, count + 1):
        who, pdu = chance.choice(CLIENTS), next(made)
        client = server._gate._clients.opened(who)
        answer = server._functions.answer(1, pdu, client)
        assert isinstance(answer, bytes | bytearray)
        raws.append(
            (number, number * 1_000_000, number * 1_000_000 + 5000, who, number & 0xFFFF, 1, pdu, bytes(answer))
        )
    choice = (0, 1, 2, 3, 8, 16, 0x0801, 0x080B)
    stands = [struct.pack(">19H", *(chance.choice(choice) for _ in range(19))) for _ in raws]
    return Recording(raws[-100:], [pair for pair in zip(raws, stands, strict=True) if chance.random() < 0.8], 0)


def parts(chance: random.Random, count: int) -> Iterator[Part]:
    for number in range(1, count + 1):
        at_ns = number * 20_000_000
        source = chance.choice((Source.MODBUS, Source.WEB))
        accepted = Accepted(
            number, source, 1, at_ns // 1000, at_ns, seq=chance.randrange(4), client=chance.choice(CLIENTS)
        )
        times = [at_ns + 1_000_000 * i for i in range(6)]
        yield Part(
            accepted, number % 5, chance.choice((1, 2, 3)), *times, chance.random() < 0.5, bytes(128), bytes(128)
        )


def case(seed: int) -> Case:
    chance = random.Random(seed)
    return make_case(recorded(chance, 800), tuple(parts(chance, 40)), (), ModbusSettings(watchdog_ms=1))


@pytest.mark.parametrize("seed", range(12))
def test_no_rule_fails(seed: int) -> None:
    mad = case(seed)
    for rule in ALL:
        list(rule.look(mad))  # its exception is the test's, `examine` would log it


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_finding_has_words_and_every_part_a_timeline(language: str) -> None:
    mad = case(99)
    findings = examine(mad, language)
    assert findings
    assert not [f for f in findings if "{" in f.sentence + f.remedy]
    for part in mad.parts:
        marks = timeline(mad, part)
        assert [m.at_ns for m in marks] == sorted(m.at_ns for m in marks)
    assert archive(mad, 0, 1 << 53, 5020, "0")


def test_nothing_is_found_in_nothing() -> None:
    empty = make_case(Recording((), (), 0), (), (), ModbusSettings())
    assert examine(empty) == []
    assert archive(empty, 0, 1 << 53, 5020, "0") is None


def test_a_rule_that_fails_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    from service.doctor.rule import ERROR, Rule

    def defective(_: Case) -> list[object]:
        raise ZeroDivisionError

    mad = case(99)
    found = examine(mad, rules=(Rule(101, "defective", ERROR, defective), *ALL))  # type: ignore[arg-type]
    assert [f.rule for f in found] == [f.rule for f in examine(mad)]
    assert "rule defective of the handshake doctor failed" in caplog.text
