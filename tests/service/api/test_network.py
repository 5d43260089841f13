"""Where the station can be reached, and what runs there."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from service import machine
from service.api.about import packages
from service.api.network import _certificate
from tests.certificate import self_signed


async def test_addresses_and_urls_of_every_server(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{site.url}/api/v1/network") as answer:
        said = await answer.json()
    assert {one["server"] for one in said["endpoints"]} == {"http", "modbus", "opcua"}
    assert said["endpoints"][0]["urls"] == ["http://127.0.0.1:5000/"]
    assert said["endpoints"][0]["local"]
    assert said["encrypted"] is False
    assert said["certificate"] is None
    (loopback,) = [one for one in said["interfaces"] if one["name"] == "lo"]
    assert "127.0.0.1/8" in loopback["addresses"]


async def test_a_code_of_an_own_url_and_of_no_other(site: Any, http: aiohttp.ClientSession) -> None:
    for url, status in (("http://127.0.0.1:5000/", 200), ("https://evil.example/", 404)):
        async with http.get(f"{site.url}/api/v1/network/code.svg", params={"url": url}) as answer:
            assert answer.status == status
            assert ("<svg" in await answer.text()) is (status == 200)


def test_a_certificate_says_for_whom_and_until_when(tmp_path: Path) -> None:
    found = _certificate(self_signed(tmp_path, "station1.plant"))
    assert found.names == ("127.0.0.1", "station1.plant")
    assert found.problem == ""


def test_a_file_that_is_no_certificate_is_a_problem_in_words(tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_text("nothing")
    assert str(path) in _certificate(path).problem


async def test_about_names_versions_and_licences(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{site.url}/api/v1/about") as answer:
        said = await answer.json()
    assert (said["version"], said["build"], said["camera"]) == ("1.2.3", "b1", "simulated")
    licences = {one["name"]: one["licence"] for one in said["packages"]}
    assert licences["aiohttp"] == "Apache-2.0 AND MIT"
    assert all(licences.values()), "every part says its licence"


def test_what_only_developers_need_is_no_part_of_the_station() -> None:
    assert "pytest" not in {one.name for one in packages()}


@pytest.mark.parametrize("field", ["model", "system"])
def test_the_machine_is_known(field: str) -> None:
    assert getattr(machine.machine(), field)
