"""What systemd is told, over a real socket."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator

import pytest

from service.systemd import Systemd
from tests.notify_socket import NotifySocket


@pytest.fixture
def manager() -> Iterator[NotifySocket]:
    with NotifySocket() as made:
        yield made


def test_without_a_unit_nothing_happens() -> None:
    systemd = Systemd({})
    assert not systemd.listens
    for say in (systemd.serves, systemd.reloads, systemd.stops):
        say()
    systemd.beat("Station 1: online")


def test_what_it_reads_it_takes_away_so_that_nobody_else_speaks(manager: NotifySocket) -> None:
    environment = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1", "HOME": "/"}
    assert Systemd(environment).listens
    assert environment == {"HOME": "/"}


def test_it_says_what_it_does_in_systemds_words(manager: NotifySocket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.address})
    before_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    systemd.serves()
    systemd.reloads()
    systemd.stops()
    ready, reloading, stopping = manager.waiting()
    assert ready.fields == {"READY": "1"}
    assert reloading.fields["RELOADING"] == "1"
    assert before_us <= int(reloading.fields["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    assert stopping.fields["STOPPING"] == "1"


def test_a_socket_in_the_file_system_is_one_too() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"{folder}/notify")
        Systemd({"NOTIFY_SOCKET": f"{folder}/notify"}).serves()
        assert listener.recv(100) == b"READY=1"


def test_a_socket_that_is_gone_is_no_fault_of_ours() -> None:
    systemd = Systemd({"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "1"})
    systemd.serves()
    systemd.beat("")


def test_a_status_is_told_once_and_in_one_line(manager: NotifySocket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.address})
    for _ in range(3):
        systemd.beat("Station 1: alarm\nMAINPID=1")
    (told,) = manager.waiting()
    assert told.fields == {"STATUS": "Station 1: alarm MAINPID=1"}


def test_a_status_is_told_again_after_ready(manager: NotifySocket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.address})
    systemd.beat("online")
    systemd.reloads()
    systemd.serves()
    systemd.beat("online")
    assert [told.fields.get("STATUS") for told in manager.waiting()][-1] == "online"


def test_a_full_queue_neither_blocks_nor_loses_a_state(manager: NotifySocket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.address})
    for number in range(100_000):
        systemd.beat(f"filling {number}")
        if systemd._status != f"filling {number}":
            break
    systemd.reloads()
    systemd.serves()
    manager.waiting()
    systemd.beat("online")
    assert [next(iter(told.fields)) for told in manager.waiting()] == ["RELOADING", "READY", "STATUS"]


def fed(manager: NotifySocket) -> bool:
    return any(told.fields.get("WATCHDOG") == "1" for told in manager.waiting())


def test_the_watchdog_is_fed_four_times_within_its_limit(manager: NotifySocket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "40000000"})
    systemd.beat("")
    assert fed(manager)
    systemd._fed_at = time.monotonic()
    systemd.beat("")
    assert not fed(manager), "a quarter of 40 s is not over"
    systemd._fed_at -= 10
    systemd.beat("")
    assert fed(manager)


@pytest.mark.parametrize(
    ("variables", "feeds"),
    [
        pytest.param({"WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid())}, True, id="of this process"),
        pytest.param({"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}, False, id="of another process"),
        pytest.param({}, False, id="none asked for"),
        pytest.param({"WATCHDOG_USEC": "soon"}, False, id="no number"),
    ],
)
def test_only_a_watchdog_of_this_process_is_fed(manager: NotifySocket, variables: dict[str, str], feeds: bool) -> None:
    Systemd({"NOTIFY_SOCKET": manager.address} | variables).beat("")
    assert fed(manager) is feeds
