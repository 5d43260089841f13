"""Each check of the exported function block by itself, in each dialect, against words that a test makes up."""

import pytest

from protocols import tags
from protocols.active_map import export
from protocols.user_block import Layout
from tests.protocols.active_map.interpreter import Instance, Program


@pytest.fixture(params=["codesys", "scl", "rockwell"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Words:
    """A block whose ReadWords a test makes up: what no station does, and a broken one might."""

    def __init__(self, dialect: str) -> None:
        self.block = Instance(Program(export(dialect, Layout())), "VisionStation")
        self.words = [0] * tags.COMPACT_WORDS
        self.block["Enable"] = self.block["Fresh"] = self.block["CommOk"] = 1
        self.block["TimeLimit"] = 1000

    def scan(self, **changes: int) -> None:
        names = {"status": 0, "beat": 2, "ack": 3, "rejected": 4, "code": 5, "seq": 10, "trigger": 11, "guard": 31}
        for name, value in changes.items():
            self.words[names[name]] = value
        self.block["ReadWords"] = self.words
        self.block.scan()

    def wait_for_a_result(self) -> int:
        """Its number; the last ResultSeq it knows is 8."""
        for beat in range(1, 6):
            self.scan(beat=beat, status=1, ack=5, seq=8, guard=8, trigger=5)
        self.block["Start"] = 1
        self.scan()
        self.scan()
        number = self.block["WriteWords"][4]
        self.scan(ack=number, status=0)
        assert (number, self.block["State"]) == (6, 4)
        return int(number)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        pytest.param({}, True, id="as it should be"),
        pytest.param({"status": 1}, False, id="not valid"),
        pytest.param({"trigger": 5}, False, id="another part's number"),
        pytest.param({"guard": 8}, False, id="torn"),
        pytest.param({"seq": 8, "guard": 8}, False, id="read before"),
    ],
)
def test_what_it_takes(dialect: str, change: dict[str, int], taken: bool) -> None:
    words = Words(dialect)
    number = words.wait_for_a_result()
    words.scan(**{"status": 1 | 1 << 11, "seq": 9, "guard": 9, "trigger": number} | change)
    assert (words.block["Done"], words.block["Busy"]) == (taken, not taken)


def test_it_begins_only_when_the_stations_heart_beats(dialect: str) -> None:
    words = Words(dialect)
    for _ in range(50):
        words.scan(status=1, ack=5)
    assert words.block["State"] == 0
    words.block["CommOk"] = 0
    for beat in range(50):
        words.scan(beat=beat)
    assert words.block["State"] == 0


def test_it_takes_no_number_that_was_accepted_or_rejected_last(dialect: str) -> None:
    words = Words(dialect)
    for beat in range(1, 6):
        words.scan(beat=beat, status=1, ack=5, rejected=6)
    words.block["Start"] = 1
    words.scan()
    words.scan()
    assert words.block["WriteWords"][4] == 7
