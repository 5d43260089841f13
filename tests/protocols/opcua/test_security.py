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

from protocols.errors import ProtocolError
from protocols.image import ProcessImage
from protocols.opcua import Access, Identity, OpcUaServer
from protocols.opcua.certificate import WARN_BEFORE, ensure_certificate, load_pair, missing_names, renew
from protocols.opcua.trust import TrustList
from service.auth.doors import Doors, Rejections
from service.auth.permissions import Role
from service.auth.users import Users
from tests.protocols.opcua.test_opcua import Asked
from tests.types_cache import cached_types

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
        self.server._internal.max_pending_activation_seconds = 60  # a busy machine
        self.listener = socket.create_server(("127.0.0.1", 0))

    async def client(
        self,
        user: str = "station",
        password: str = TOKEN,
        policy: type = SecurityPolicyBasic256Sha256,
        mode: ua.MessageSecurityMode = ENCRYPT,
    ) -> Client:
        cert, key, uri = ensure_certificate(self.folder / "client", "client", [])
        client = Client(f"opc.tcp://127.0.0.1:{self.listener.getsockname()[1]}/", timeout=60, watchdog_intervall=60)
        client.application_uri = uri
        await client.set_security(policy, str(cert), str(key), mode=mode)
        client.set_user(user)
        client.set_password(password)
        return client

    def user_certificate(self, name: str) -> tuple[Path, Path]:
        """Certificate and key of a person, or of a program."""
        cert, key, _ = ensure_certificate(self.folder / "people" / name, name, [])
        return cert, key

    def trust_client(self) -> None:
        cert, _, _ = ensure_certificate(self.folder / "client", "client", [])
        self.trust.add(cert.read_bytes())


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    made = Plant(tmp_path)
    await made.server.build(cached_types())
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
    async with asyncio.timeout(60):
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


def test_a_key_that_is_not_the_certificates_is_refused(tmp_path: Path) -> None:
    cert, key, _ = ensure_certificate(tmp_path / "one", "Station 1", [])
    _, other, _ = ensure_certificate(tmp_path / "other", "Station 2", [])
    assert load_pair(cert, key)[1].key_size == 2048
    with pytest.raises(ProtocolError, match=r"other/key.pem: is not the key of .*one/certificate.der"):
        load_pair(cert, other)
    whole = key.read_bytes()
    for spoilt in (b"", whole[: len(whole) // 2], whole.replace(whole[200:210], whole[300:310])):
        other.write_bytes(spoilt)
        with pytest.raises(ProtocolError, match="key"):
            load_pair(cert, other)
    with pytest.raises(ProtocolError, match="no certificate in DER"):
        load_pair(key, key)


async def by_certificate(plant: Plant, cert: Path, key: Path, policy: type, mode: ua.MessageSecurityMode) -> Client:
    client = await plant.client(policy=policy, mode=mode)
    client._username = client._password = None
    await client.load_client_certificate(str(cert))
    await client.load_private_key(key)
    return client


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (SecurityPolicyBasic256Sha256, SIGN),
        (SecurityPolicyAes256Sha256RsaPss, ENCRYPT),
        (SecurityPolicyAes128Sha256RsaOaep, ENCRYPT),
    ],
)
async def test_whoever_holds_the_key_of_a_users_certificate_is_the_user(
    plant: Plant, policy: type, mode: ua.MessageSecurityMode
) -> None:
    plant.trust_client()
    cert, key = plant.user_certificate("ann")
    plant.doors.users.add("ann", Role.OPERATOR)
    with pytest.raises(ua.uaerrors.BadUserAccessDenied):
        async with await by_certificate(plant, cert, key, policy, mode):
            pass
    plant.doors.users.set_certificate("ann", cert.read_bytes())
    async with await by_certificate(plant, cert, key, policy, mode) as client:
        await client.get_node("ns=2;s=Cmd.ResetCounters").write_value(True)
        plant.doors.users.set_certificate("ann", b"")
    assert plant.asked.resets == 1
    with pytest.raises(ua.uaerrors.BadUserAccessDenied):
        async with await by_certificate(plant, cert, key, policy, mode):
            pass


async def test_a_users_certificate_without_its_key_is_worth_nothing(plant: Plant) -> None:
    plant.trust_client()
    cert, _ = plant.user_certificate("ann")
    _, other_key = plant.user_certificate("bob")
    plant.doors.users.add("ann", Role.ADMINISTRATOR)
    plant.doors.users.set_certificate("ann", cert.read_bytes())
    with pytest.raises(ua.uaerrors.BadUserSignatureInvalid):
        async with await by_certificate(plant, cert, other_key, SecurityPolicyBasic256Sha256, ENCRYPT):
            pass


async def test_a_users_certificate_counts_within_its_dates_alone(plant: Plant, tmp_path: Path) -> None:
    plant.trust_client()
    cert, key, _ = ensure_certificate(tmp_path / "old", "ann", [], years=-5)
    plant.doors.users.add("ann", Role.OPERATOR)
    plant.doors.users.set_certificate("ann", cert.read_bytes())
    with pytest.raises(ua.uaerrors.BadIdentityTokenRejected):
        async with await by_certificate(plant, cert, key, SecurityPolicyBasic256Sha256, ENCRYPT):
            pass


async def test_a_stolen_certificate_opens_no_channel_without_its_key(plant: Plant, tmp_path: Path) -> None:
    plant.trust_client()
    client = await plant.client()
    _, thiefs_key, _ = ensure_certificate(tmp_path / "thief", "thief", [])
    stolen, _, _ = ensure_certificate(plant.folder / "client", "client", [])
    await client.set_security(SecurityPolicyBasic256Sha256, str(stolen), str(thiefs_key))
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        async with client:
            pass
    assert plant.server.sessions() == 0 or not any(c.processor.session for c in plant.server._sockets.clients)
    async with await plant.client():
        pass


async def test_a_channel_without_certificate_opens_where_none_is_needed_alone(plant: Plant) -> None:
    plant.trust_client()
    client = await plant.client()
    policy = client.security_policy
    policy.host_certificate = b""
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        async with client:
            pass
    bare = Client(f"opc.tcp://127.0.0.1:{plant.listener.getsockname()[1]}/", timeout=60, watchdog_intervall=60)
    assert {one.SecurityMode for one in await bare.connect_and_get_server_endpoints()} == {SIGN, ENCRYPT}
    await bare.connect_socket()  # a channel without security finds the endpoints, and no session
    try:
        await bare.send_hello()
        await bare.open_secure_channel()
        await bare.uaclient.create_session(ua.CreateSessionParameters(ClientNonce=bytes(32)))
        params = ua.ActivateSessionParameters()
        params.UserIdentityToken = ua.AnonymousIdentityToken()
        with pytest.raises(ua.uaerrors.BadIdentityTokenRejected):
            await bare.uaclient.activate_session(params)
    finally:
        bare.disconnect_socket()


async def test_the_session_must_be_of_the_certificate_that_opened_the_channel(plant: Plant, tmp_path: Path) -> None:
    plant.trust_client()
    client = await plant.client()
    other, _, _ = ensure_certificate(tmp_path / "other", "other", [])
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        params = ua.CreateSessionParameters(ClientCertificate=other.read_bytes(), ClientNonce=bytes(32))
        with pytest.raises(ua.uaerrors.BadSecurityChecksFailed):
            await client.uaclient.create_session(params)
    finally:
        client.disconnect_socket()
