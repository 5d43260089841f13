"""Policies, certificates and users, each with a real client."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from cryptography import x509

from protocols.image import ProcessImage
from protocols.opcua import Access, Identity, OpcUaServer
from protocols.opcua.certificate import WARN_BEFORE, ensure_certificate, missing_names, renew
from protocols.opcua.trust import TrustList
from service.auth.doors import Doors, Rejections
from service.auth.permissions import Role
from service.auth.users import Users
from tests.protocols.opcua.test_opcua import Asked

TOKEN, PASSWORD = "the-token-of-this-station", "correct horse battery"
SIGN, ENCRYPT = ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt


class Plant:
    """A server that trusts nobody yet."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked, self.told = folder, Asked(), list[str]()
        self.trust = TrustList(folder / "pki")
        self.trust.load()
        self.doors = Doors(TOKEN, Users(folder), self.trust, asyncio.to_thread)
        self.trust.on_refused = Rejections(self.doors, self.told.append).refused
        cert, key, uri = ensure_certificate(folder / "opcua", "Station 1", ["127.0.0.1"])
        self.identity = Identity("Station 1", uri, cert, key, "1")
        access = Access(TOKEN, anonymous=False, policy_none=False, people=self.doors, trust=self.trust)
        self.server = OpcUaServer(ProcessImage(), self.asked, access)
        self.listener = socket.create_server(("127.0.0.1", 0))

    async def client(
        self,
        user: str = "station",
        password: str = TOKEN,
        policy: type = SecurityPolicyBasic256Sha256,
        mode: ua.MessageSecurityMode = ENCRYPT,
    ) -> Client:
        cert, key, uri = ensure_certificate(self.folder / "client", "client", [])
        client = Client(f"opc.tcp://127.0.0.1:{self.listener.getsockname()[1]}/", timeout=5)
        client.application_uri = uri
        await client.set_security(policy, str(cert), str(key), mode=mode)
        client.set_user(user)
        client.set_password(password)
        return client

    def trust_client(self) -> None:
        cert, _, _ = ensure_certificate(self.folder / "client", "client", [])
        self.trust.add(cert.read_bytes())


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    made = Plant(tmp_path)
    await made.server.build()
    await made.server.start(made.listener, made.identity)
    yield made
    await made.server.stop()


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (SecurityPolicyBasic256Sha256, SIGN),
        (SecurityPolicyBasic256Sha256, ENCRYPT),
        (SecurityPolicyAes256Sha256RsaPss, SIGN),
        (SecurityPolicyAes256Sha256RsaPss, ENCRYPT),
        (SecurityPolicyAes128Sha256RsaOaep, ENCRYPT),
    ],
)
async def test_each_policy_lets_a_trusted_client_write(
    plant: Plant, policy: type, mode: ua.MessageSecurityMode
) -> None:
    plant.trust_client()
    async with await plant.client(policy=policy, mode=mode) as client:
        await client.get_node("ns=2;s=Cmd.ResetCounters").write_value(True)
    assert plant.asked.resets == 1


async def test_a_client_is_refused_until_it_is_trusted_and_then_let_in_at_once(plant: Plant) -> None:
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        async with await plant.client():
            pass
    async with asyncio.timeout(5):
        while not (waiting := plant.trust.shown()):
            await asyncio.sleep(0.02)
    assert [(one.folder, one.subject) for one in waiting] == [("rejected", "O=Vision Inspection,CN=client")]
    assert plant.told == ["client is not trusted (127.0.0.1)"]
    plant.trust.trust(waiting[0].thumbprint)
    async with await plant.client():
        pass
    plant.trust.remove(waiting[0].thumbprint)
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        async with await plant.client():
            pass


async def test_a_user_may_what_the_role_may_and_a_change_counts_at_once(plant: Plant) -> None:
    plant.trust_client()
    plant.doors.users.add("ann", Role.OBSERVER, PASSWORD)
    async with await plant.client("ann", PASSWORD) as client:
        node = client.get_node("ns=2;s=Cmd.ResetCounters")
        assert await node.read_value() is False
        with pytest.raises(ua.uaerrors.BadUserAccessDenied):
            await node.write_value(True)
        plant.doors.users.set_role("ann", Role.OPERATOR)
        await node.write_value(True)
        plant.doors.users.remove("ann")
        with pytest.raises(ua.uaerrors.BadUserAccessDenied):
            await node.write_value(True)
    assert plant.asked.resets == 1


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong password"), ("admin", "admin"), ("", ""), ("bob", "")])
async def test_wrong_passwords_and_the_librarys_administrator_stay_out(plant: Plant, name: str, password: str) -> None:
    plant.trust_client()
    plant.doors.users.add("ann", Role.OBSERVER, PASSWORD)
    plant.doors.users.add("bob", Role.OBSERVER)
    with pytest.raises(ua.UaError):
        async with await plant.client(name, password):
            pass


async def test_an_address_that_guesses_is_refused_even_with_the_right_password(plant: Plant) -> None:
    for _ in range(10):
        assert not await plant.doors.admit("station", "wrong", "192.0.2.7")
    assert not await plant.doors.admit("station", TOKEN, "192.0.2.7")
    assert await plant.doors.admit("station", TOKEN, "192.0.2.8")


async def test_a_certificate_is_renewed_with_its_key_while_clients_stay(plant: Plant) -> None:
    plant.trust_client()
    folder, before = plant.identity.certificate.parent, plant.identity.certificate.read_bytes()
    old = x509.load_der_x509_certificate(before)
    soon = old.not_valid_after_utc - WARN_BEFORE
    us = int(soon.timestamp() * 1e6)
    assert not renew(folder, "Station 1", ["127.0.0.1"], [], 20, us)
    async with await plant.client() as staying:
        assert renew(folder, "Station 1", ["127.0.0.1"], ["cell-4"], 20, us + 1_000_000)
        await plant.server.present(plant.identity)
        new = x509.load_der_x509_certificate(plant.identity.certificate.read_bytes())
        async with await plant.client() as late:
            assert await late.get_node("ns=2;s=Cmd.ResetCounters").read_value() is False
        assert await staying.get_node("ns=2;s=Cmd.ResetCounters").read_value() is False
    assert new.public_key() == old.public_key()
    assert new.not_valid_after_utc - datetime.now(UTC) > timedelta(days=365 * 30)
    assert missing_names(plant.identity.certificate, ["127.0.0.1"], ["cell-4"]) == []
    assert missing_names(plant.identity.certificate, ["192.0.2.9"], []) == ["192.0.2.9"]
