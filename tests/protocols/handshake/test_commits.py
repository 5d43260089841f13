"""What is answered, and when: the disk comes first."""

from collections.abc import Callable

import pytest

from protocols.handshake import Reject, Rules
from tests.protocols.handshake.bench import (
    MISSED,
    READY,
    VALID,
    Bench,
)

MakeBench = Callable[..., Bench]


def test_an_acceptance_shows_after_its_commit_and_all_it_clears_before(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 1})
    bench.commit()
    bench.judge()
    assert bench.status(VALID)
    bench.write({4: 2})
    assert (bench.read(4), bench.status(VALID), bench.status(READY)) == (1, False, False)
    assert (bench.read(102) & 0x1F, bench.read(330), bench.read(914)) == (0, 65535, 65535)
    assert bench.accepted == 1
    bench.commit()
    assert (bench.read(4), bench.accepted) == (2, 2)


@pytest.mark.parametrize("how", ["the disk says no", "the disk says nothing"])
def test_an_acceptance_that_cannot_be_committed_is_rejected(make_bench: MakeBench, how: str) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 1})
    if how == "the disk says no":
        bench.commit(ok=False)
    else:
        bench.wait(0.5)
        assert bench.read(5) == 0
        bench.wait(0.5)
    assert (bench.read(4), bench.read(5), bench.read(6)) == (0, 1, Reject.STORAGE)
    assert bench.status(MISSED)
    bench.commit()
    assert bench.accepted == 0, "a commit that comes too late changes nothing"
    assert bench.journal.accepted == {}, "and is taken back"
    assert bench.restart() == []


def test_a_rejection_is_committed_before_its_write_is_answered(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start(0)
    bench.commit()
    answer = bench.write({4: 1})
    assert answer is not None
    assert not answer.done()
    bench.commit()
    assert answer.done()


def test_an_answer_waits_no_longer_than_the_commit_limit(make_bench: MakeBench) -> None:
    bench = make_bench(rules=Rules(commit_limit_s=0.5), auto=False)
    answer = bench.write({0: 1})
    assert answer is not None
    bench.wait(0.25)
    assert not answer.done()
    bench.wait(0.25)
    assert answer.done()


def test_a_write_repeated_over_a_new_connection_waits_for_the_commit_of_the_first(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({5: 7})
    answer = bench.write({5: 7})
    assert answer is not None
    assert not answer.done()
    bench.commit()
    assert answer.done()
    assert bench.write({5: 7}) is None


def test_plain_data_is_answered_at_once(bench: Bench) -> None:
    assert bench.write({6: 1, 12: 5, 16: 3, 64: 9}) is None


def test_a_rejection_for_want_of_a_commit_is_kept_when_the_disk_goes_on(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 1})
    bench.commit(ok=False)
    bench.commit()
    bench.restart()
    assert (bench.read(5), bench.read(6), bench.read(18, 2)) == (1, Reject.STORAGE, 1)
    bench.write({4: 1})
    assert bench.read(16, 2) == 0, "it was answered, so it is not new"


@pytest.mark.parametrize("registers", [{0: 1}, {3: 5}, {4: 0}, {5: 7}], ids=["levels", "command", "baseline", "ack"])
def test_what_is_new_to_a_client_alone_is_committed_too(make_bench: MakeBench, registers: dict[int, int]) -> None:
    bench = make_bench(auto=False).start()
    bench.write({3: 5, 5: 7})
    bench.commit()
    answer = bench.write(registers, client="second")
    assert answer is not None
    assert not answer.done()
