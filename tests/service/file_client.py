"""What a SCADA system does: connect, call methods; with files: generate, open, read, write, commit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols.opcua.certificate import ensure_certificate
from tests.service.in_process import InProcess

RESULTS, RECIPES = "VisionSystem.ResultManagement", "VisionSystem.RecipeManagement"
RESULT_TRANSFER, RECIPE_TRANSFER = f"{RESULTS}.ResultTransfer", f"{RECIPES}.RecipeTransfer"
PIECE = 40_000


@asynccontextmanager
async def scada_client(
    running: InProcess, folder: Path, user: str = "station", password: str = ""
) -> AsyncIterator[Client]:
    """Encrypted; the password of `station` is the token."""
    client = Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60)
    cert, key, client.application_uri = ensure_certificate(folder / "client", "client", [])
    await client.set_security(SecurityPolicyBasic256Sha256, str(cert), str(key))
    client.set_user(user)
    client.set_password(password or (folder / "data" / "token").read_text().strip())
    async with client:
        await client.load_data_type_definitions()
        yield client


@pytest.fixture
async def scada(running: InProcess, tmp_path: Path) -> AsyncIterator[Client]:
    """The user `station`, encrypted, on the test's own `running`."""
    async with scada_client(running, tmp_path) as client:
        yield client


def int32(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.Int32)


def uint32(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.UInt32)


def own(kind: str, value: str = "", version: str | None = None) -> Any:
    made = getattr(ua, kind)()
    made.Id = value
    if version is not None:
        made.Version = version
    return made


def of_result(number: str) -> Any:
    options = ua.ResultTransferOptions()
    options.Id = own("ResultIdDataType", number)
    return options


def of_recipe(job: str, version: str | None = None) -> Any:
    options = ua.RecipeTransferOptions()
    options.InternalId = own("RecipeIdInternalDataType", job, version)
    return options


def call(client: Client, path: str, *given: Any) -> Awaitable[Any]:
    """A method of the instance, by its path."""
    owner, _, _ = path.rpartition(".")
    return client.get_node(f"ns=2;s={owner}").call_method(client.get_node(f"ns=2;s={path}").nodeid, *given)


async def raw(client: Client, owner: ua.NodeId, method: ua.NodeId, *given: ua.Variant) -> ua.CallMethodResult:
    request = ua.CallMethodRequest()
    request.ObjectId, request.MethodId, request.InputArguments = owner, method, list(given)
    return (await client.uaclient.call([request]))[0]


async def on_file(client: Client, file: ua.NodeId, name: str, *given: ua.Variant) -> Any:
    """A method of FileType, found below the file as clients do."""
    node = client.get_node(file)
    return await node.call_method(await node.get_child(name), *given)


async def whole(client: Client, file: ua.NodeId, handle: int, piece: int = PIECE) -> bytes:
    """Read to the end; it is not closed."""
    found = b""
    while data := await on_file(client, file, "Read", uint32(handle), int32(piece)):
        found += data
    return found


async def fetched(client: Client, transfer: str, options: Any) -> bytes:
    """Generated, read and closed."""
    file, handle, _ = await call(client, f"{transfer}.GenerateFileForRead", options)
    data = await whole(client, file, handle)
    await on_file(client, file, "Close", uint32(handle))
    return data


async def sent(client: Client, job: str, data: bytes, piece: int = PIECE) -> Any:
    """Generated, written and committed."""
    file, handle = await call(client, f"{RECIPE_TRANSFER}.GenerateFileForWrite", of_recipe(job))
    for at in range(0, len(data), piece):
        chunk = ua.Variant(data[at : at + piece], ua.VariantType.ByteString)
        await on_file(client, file, "Write", uint32(handle), chunk)
    return await call(client, f"{RECIPE_TRANSFER}.CloseAndCommit", uint32(handle))


async def status_of(awaited: Callable[[], Awaitable[Any]]) -> str:
    """By its name; Good where nothing was raised."""
    try:
        await awaited()
    except ua.UaStatusCodeError as exc:
        return ua.StatusCode(exc.code).name
    return "Good"


async def gone(client: Client, file: ua.NodeId) -> None:
    """The file comes to be out of the address space."""
    async with asyncio.timeout(60):
        while await status_of(client.get_node(file).read_browse_name) == "Good":
            await asyncio.sleep(0.02)
