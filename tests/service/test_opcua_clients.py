"""Over REST: the certificate of the OPC UA server, how it may be reached, and who is connected."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from protocols.opcua.certificate import ensure_certificate
from service.timing import now_us
from tests.patience import PATIENCE_S
from tests.protocols.opcua.test_reconnecting import closed, subscribed
from tests.service.file_client import scada_client
from tests.service.in_process import InProcess, station_running

pytestmark = pytest.mark.interop  # seconds each


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    settings = {"host_names": ["vision-7.plant.example"]}
    async with station_running(tmp_path, monkeypatch, opcua=True, opcua_settings=settings) as running:
        yield running


async def get(running: InProcess, path: str) -> Any:
    async with (
        aiohttp.ClientSession(raise_for_status=True) as http,
        http.get(f"{running.url}/api/v1/opcua/{path}") as answer,
    ):
        return await answer.json()


def anonymous(running: InProcess, name: str) -> Client:
    """It calls its session so."""
    client = Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60)
    client.name, client.description, client.application_uri = "Panel 3", name, "urn:panel:3"
    return client


async def test_the_certificate_is_the_one_that_clients_are_shown(running: InProcess) -> None:
    told = await get(running, "server")
    endpoints = await anonymous(running, "look").connect_and_get_server_endpoints()
    (shown,) = {bytes(one.ServerCertificate) for one in endpoints if one.ServerCertificate}
    certificate, own = x509.load_der_x509_certificate(shown), told["certificate"]
    assert own["thumbprint"] == certificate.fingerprint(hashes.SHA1()).hex().upper()
    assert own["sha256"] == certificate.fingerprint(hashes.SHA256()).hex().upper()
    assert own["subject"] == own["issuer"] == "O=Vision Inspection,CN=Station 1"
    assert own["uri"] == endpoints[0].Server.ApplicationUri
    assert {"localhost", "vision-7.plant.example"} <= set(own["host_names"])
    assert "127.0.0.1" in own["addresses"]
    assert own["valid_from_us"] < now_us() < own["valid_until_us"]
    assert own["valid_until_us"] == certificate.not_valid_after_utc.timestamp() * 1e6

    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/opcua/server/certificate") as file:
        assert file.content_type == "application/pkix-cert"
        assert own["thumbprint"] in file.headers["Content-Disposition"]
        assert await file.read() == shown


async def test_what_is_offered_is_what_a_client_finds(running: InProcess) -> None:
    told = await get(running, "server")
    assert (told["serving"], told["reason"], told["anonymous"]) == (True, "", True)
    endpoints = await anonymous(running, "look").connect_and_get_server_endpoints()
    modes = {1: "None", 2: "Sign", 3: "SignAndEncrypt"}
    found = {(one.SecurityPolicyUri.rpartition("#")[2], modes[one.SecurityMode]) for one in endpoints}
    assert {(one["policy"], one["mode"]) for one in told["endpoints"]} == found
    assert ("Basic256Sha256", "SignAndEncrypt") in found


async def test_who_is_connected_is_told_with_user_security_and_subscriptions(
    running: InProcess, tmp_path: Path
) -> None:
    assert await get(running, "clients") == []
    before = now_us()
    async with scada_client(running, tmp_path) as scada, anonymous(running, "panel") as panel:
        subscription = await scada.create_subscription(200, Silent())
        await subscription.subscribe_data_change(
            [scada.get_node(f"ns=2;s={tag}") for tag in ("Job.Current", "Job.Name")]
        )
        first, second = await get(running, "clients")
        assert (first["user"], first["policy"], first["mode"]) == ("station", "Basic256Sha256", "SignAndEncrypt")
        certificate = x509.load_der_x509_certificate((tmp_path / "client" / "certificate.der").read_bytes())
        assert first["thumbprint"] == certificate.fingerprint(hashes.SHA1()).hex().upper()
        assert (first["subscriptions"], first["monitored_items"]) == (1, 2)
        assert (second["user"], second["policy"], second["mode"]) == ("", "None", "None")
        assert (second["session"], second["application"], second["application_uri"]) == (
            "panel Session1",
            "Panel 3",
            "urn:panel:3",
        )
        assert (second["thumbprint"], second["subscriptions"], second["monitored_items"]) == ("", 0, 0)
        for one in (first, second):
            assert (one["address"], one["connected"]) == ("127.0.0.1", True)
            assert before - 1e6 < one["since_us"] <= one["last_request_us"] < now_us() + 1e6
        assert second["port"] == panel.uaclient.protocol.transport.get_extra_info("sockname")[1]
        asked = second["requests"]
        await panel.nodes.server_state.read_value()
        assert (await get(running, "clients"))[1]["requests"] > asked
    await gone(running)
    assert await get(running, "clients") == []


async def test_every_policy_has_its_name(running: InProcess, tmp_path: Path) -> None:
    client = anonymous(running, "signs")
    cert, key, client.application_uri = ensure_certificate(tmp_path / "signs", "signs", [])
    await client.set_security(SecurityPolicyAes256Sha256RsaPss, str(cert), str(key), mode=ua.MessageSecurityMode.Sign)
    async with client:
        (told,) = await get(running, "clients")
        assert (told["policy"], told["mode"], told["user"]) == ("Aes256_Sha256_RsaPss", "Sign", "")


async def test_a_session_whose_connection_was_lost_is_told_until_it_ends(running: InProcess) -> None:
    client = anonymous(running, "panel")
    await client.connect()
    await subscribed(client)
    client.uaclient.protocol.transport.abort()
    await gone(running)
    (told,) = await get(running, "clients")
    assert (told["connected"], told["session"], told["subscriptions"]) == (False, "panel Session1", 1)
    assert told["address"] == "127.0.0.1"
    await closed(client)


async def test_a_connection_without_a_session_is_told_too(running: InProcess) -> None:
    client = anonymous(running, "looks around")
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    (told,) = await get(running, "clients")
    assert (told["connected"], told["session"], told["user"], told["subscriptions"]) == (True, "", "", 0)
    await client.close_secure_channel()
    client.disconnect_socket()


async def test_where_opcua_is_disabled_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch, opcua_settings={"enabled": False}) as running:
        told = await get(running, "server")
        assert told == {
            "serving": False,
            "reason": "disabled ([opcua] enabled = false)",
            "endpoints": [],
            "anonymous": False,
            "certificate": None,
            "port": told["port"],
        }
        assert await get(running, "clients") == []
        url = f"{running.url}/api/v1/opcua/server/certificate"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            assert answer.status == 404
            assert "has shown no certificate yet" in (await answer.json())["detail"]


async def gone(running: InProcess) -> None:
    """The server has seen that nobody is connected any more."""
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession(raise_for_status=True) as http:
        while (await (await http.get(f"{running.url}/api/v1/station")).json())["opcua_clients"]:
            await asyncio.sleep(0.01)


class Silent:
    """A subscription's handler."""

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None: ...


async def test_a_connection_is_ended_with_its_session(running: InProcess) -> None:
    client = anonymous(running, "panel")
    await client.connect()
    try:
        (told,) = await get(running, "clients")
        path = f"{running.url}/api/v1/opcua/clients/{told['address']}/{told['port']}"
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession() as http, http.delete(path, headers=headers) as answer:
            assert answer.status == 200
        await gone(running)
        assert await get(running, "clients") == []
        async with aiohttp.ClientSession() as http, http.delete(path, headers=headers) as answer:
            assert answer.status == 404
    finally:
        await closed(client)
