"""A bad write is refused with its exception code, and nothing has changed."""

from collections.abc import Callable

import pytest

from protocols.handshake import Refused
from tests.protocols.handshake.bench import (
    Bench,
)

MakeBench = Callable[..., Bench]


@pytest.mark.parametrize(
    ("registers", "code"),
    [
        ({0: 0x100, 4: 5}, 3),
        ({4: 5, 7: 1}, 3),
        ({4: 5, 49: 1}, 3),
        ({4: 5, 63: 1}, 3),
        ({4: 5, 161: 1}, 3),
        ({4: 5, 199: 1}, 3),
        ({4: 5, 16: 65}, 3),
        ({4: 5, 128: 65}, 3),
        ({7: 1, 200: 0}, 2),
    ],
)
def test_a_bad_write_is_refused_with_nothing_changed(bench: Bench, registers: dict[int, int], code: int) -> None:
    before, entries = (bytes(bench.image.input), bytes(bench.image.holding)), bench.journal.entries
    with pytest.raises(Refused) as refused:
        bench.write(registers)
    assert refused.value.code == code
    assert (bytes(bench.image.input), bytes(bench.image.holding), bench.journal.entries) == (*before, entries)
    bench.write({4: 5})
    assert bench.accepted == 1, "its number is still new"


@pytest.mark.parametrize(("bits", "code"), [({1: 1, 8: 1}, 3), ({15: 1}, 3), ({16: 0}, 2)])
def test_reserved_bits_are_refused(bench: Bench, bits: dict[int, int], code: int) -> None:
    with pytest.raises(Refused, match=f"exception {code}"):
        bench.write_bits(bits)
    assert bench.accepted == 0


def test_reserved_registers_take_a_zero(bench: Bench) -> None:
    bench.write({7: 0, 49: 0, 161: 0, 199: 0})
    bench.write_bits({8: 0})
