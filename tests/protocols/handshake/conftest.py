"""Benches of these tests; their loops are closed at the end."""

from collections.abc import Callable, Iterator

import pytest

from tests.protocols.handshake.bench import Bench


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    """Makes a `Bench` with the arguments of its constructor."""
    made: list[Bench] = []

    def make(*args: object, **settings: object) -> Bench:
        made.append(Bench(*args, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for bench in made:
        bench.loop.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """A station whose PLC program has started: TriggerEnable 1, unbuffered."""
    return make_bench().start()
