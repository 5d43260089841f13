"""Two simulated stations and a spare behind one nginx: an address stays with its station, until that one fails."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificate import trusting
from tests.conftest import Running
from tests.deploy.test_gunicorn import eventually
from tests.nginx import PROGRAM, Nginx

pytestmark = [
    pytest.mark.interop,
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not PROGRAM, reason="no nginx: apt-get install nginx-light"),
]
NAMES = ("first", "second", "spare")
ALIKE, SPARE = "alike.example.com", "spare.example.com"
FIRST_PORT = 5000  # in the file
CLIENTS = [f"127.0.{network}.1" for network in range(1, 9)]  # ip_hash looks at the first three numbers


@pytest.fixture
def stations(make_station: Callable[..., Running]) -> dict[str, Running]:
    found = {
        name: make_station(
            start=False,
            VISION_STATION__NAME=name,
            VISION_HTTP__ALLOWED_HOSTS=json.dumps([ALIKE, SPARE]),
        )
        for name in NAMES
    }
    for each in found.values():
        each.launch()
    for each in found.values():
        each.wait_healthy()
    return found


@pytest.fixture
def nginx(stations: dict[str, Running], tmp_path: Path) -> Iterator[Nginx]:
    ports = {FIRST_PORT + number: stations[name].http for number, name in enumerate(NAMES)}
    with Nginx(tmp_path, "alike.conf", ports, ALIKE) as running:
        yield running


def answered_by(nginx: Nginx, host: str, address: str = "127.0.0.1") -> str:
    """The station that answers a client with this address."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", nginx.https, timeout=30, source_address=(address, 0), context=trusting(nginx.certificate)
    )
    with contextlib.closing(connection):
        connection.request("GET", "/token", headers={"Host": host})
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, page
        return page.split("<title>")[1].split(":")[0]


def test_an_address_stays_with_its_station_until_that_one_fails(stations: dict[str, Running], nginx: Nginx) -> None:
    home = {client: answered_by(nginx, ALIKE, client) for client in CLIENTS}
    assert set(home.values()) == {"first", "second"}
    for _ in range(3):
        assert {client: answered_by(nginx, ALIKE, client) for client in CLIENTS} == home
        assert answered_by(nginx, SPARE) == "first"
    kept = {name: connections_to(running.http) for name, running in stations.items()}
    assert all(1 <= kept[name] <= 4 for name in ("first", "second")), "one of each upstream, not one of each request"
    assert kept["spare"] == 0

    stations["first"].stop()
    assert {answered_by(nginx, ALIKE, client) for client in CLIENTS} == {"second"}
    assert answered_by(nginx, SPARE) == "spare"

    stations["first"].start()
    eventually(lambda: {client: answered_by(nginx, ALIKE, client) for client in CLIENTS} == home)
    eventually(lambda: answered_by(nginx, SPARE) == "first")


def connections_to(port: int) -> int:
    """Established ones, as their client sees them."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[2].endswith(f":{port:04X}") and line.split()[3] == "01" for line in lines)
