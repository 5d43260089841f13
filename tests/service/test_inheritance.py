"""What the master leaves a generation crosses an exec, also to one that knows less or more."""

import json
import os

import pytest

from service import inheritance
from service.inheritance import ForeignMaster, Inheritance


@pytest.fixture(autouse=True)
def not_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inheritance, "received", None)


def own() -> Inheritance:
    descriptors = [os.memfd_create(str(number)) for number in range(6)]
    listeners, rest = descriptors[:2], descriptors[2:]
    return Inheritance(
        3,
        7,
        5.0,
        False,
        listeners,
        *rest,
        ["127.0.0.1:1", "127.0.0.1:2"],
        ["modbus"],
        {},
        {"timeout": 10},
        ["RELOADING=1"],
    )


def test_words_and_descriptors_arrive() -> None:
    left = own()
    descriptor = left.leave()
    assert all(os.get_inheritable(each) for each in [descriptor, *left.descriptors])
    assert inheritance.take(descriptor) == left == inheritance.received
    assert not any(os.get_inheritable(each) for each in left.descriptors), "not for what this process starts"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    for each in left.descriptors:
        os.close(each)


@pytest.mark.parametrize(("spoken", "said"), [(1, None), (2, "restart the station")])
def test_of_another_release(spoken: int, said: str | None) -> None:
    left = own()
    made = os.memfd_create("newer")
    os.write(made, json.dumps({**{n: getattr(left, n) for n in left.__slots__}, "format": spoken, "newer": 1}).encode())
    if said is None:
        assert inheritance.take(made) == left
    else:
        with pytest.raises(ForeignMaster, match=said):
            inheritance.take(made)
    for each in left.descriptors:
        os.close(each)
