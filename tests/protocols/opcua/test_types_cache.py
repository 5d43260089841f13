"""The cache of the address space's types: as good as the import, and taken only where nobody else can have made it."""

import asyncio
import gc
import logging
import os
import pickle
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Server, ua

from protocols.opcua import StationSpace
from protocols.opcua.machine_vision import TypeSpace, nodeset
from protocols.opcua.machine_vision.cache import CacheError, read, write
from protocols.opcua.machine_vision.packed_nodes import PackedNodes
from protocols.opcua.machine_vision.packing import UnpackError, unpack
from protocols.opcua.machine_vision.typespace import PreparedServer
from tests.types_cache import types_cache

KEY = b"this version"


async def started(types: TypeSpace) -> Server:
    server = Server(iserver=PreparedServer())
    await types.prepare(server)
    return server


@pytest.fixture(scope="module")
def file() -> Path:
    """The one of all stations of this run: the tests that change it take a copy."""
    return types_cache(StationSpace, asset=True)


@pytest.fixture
def copy(file: Path, tmp_path: Path) -> Path:
    (tmp_path / "types.cache").write_bytes(file.read_bytes())
    (tmp_path / "types.cache").chmod(0o600)
    return tmp_path / "types.cache"


@pytest.fixture
def without_collector() -> Iterator[None]:
    """As a station runs."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
@pytest.mark.processes
async def test_a_start_reads_few_nodes_and_none_holds_the_loop(file: Path) -> None:
    server = await started(StationSpace(True, file))
    nodes = server.iserver.nodes
    assert isinstance(nodes, PackedNodes)
    assert len(nodes) - nodes.unread < 100
    slowest_s, before = 0.0, list(nodes)
    for node in nodes:  # which goes on while nodes are read
        began = time.thread_time()
        assert server.iserver.aspace[node].nodeid == node
        slowest_s = max(slowest_s, time.thread_time() - began)
    assert slowest_s < 0.005
    assert (nodes.unread, list(nodes)) == (0, before)


async def test_a_node_is_read_once_and_shares_nothing_that_changes(file: Path) -> None:
    nodes = (await started(StationSpace(True, file))).iserver.nodes
    space = await started(StationSpace(True, file))
    one, other = ua.NodeId(ua.ObjectIds.BaseEventType), ua.NodeId(ua.ObjectIds.BaseObjectType)
    assert nodes[one] is nodes[one] is nodes.get(one)
    assert nodes.get(ua.NodeId(4711, 9)) is None
    assert ua.NodeId(4711, 9) not in nodes
    with pytest.raises(KeyError):
        nodes[ua.NodeId(4711, 9)]
    kind = ua.AttributeIds.WriteMask
    written = ua.DataValue(ua.Variant(1, ua.VariantType.UInt32))
    await space.iserver.aspace.write_attribute_value(one, kind, written)
    assert space.iserver.aspace.read_attribute_value(one, kind) is written
    assert space.iserver.aspace.read_attribute_value(other, kind).Value.Value == 0
    del nodes[one]
    assert one not in nodes
    assert nodes.get(one) is None


async def test_classes_come_with_it(file: Path) -> None:
    """In a process that never saw the nodesets."""
    code = (
        "import asyncio, sys; from pathlib import Path; from asyncua import Server, ua\n"
        "from protocols.opcua import StationSpace\n"
        "from protocols.opcua.machine_vision.typespace import PreparedServer\n"
        "async def main():\n"
        "    types = StationSpace(True, Path(sys.argv[1]))\n"
        "    await types.prepare(Server(iserver=PreparedServer()))\n"
        "    assert types.warm\n"
        "    made = ua.ResultDataType(); made.InternalRecipeId.Id = 'seven'\n"
        "    from asyncua.ua.ua_binary import extensionobject_from_binary, extensionobject_to_binary\n"
        "    from asyncua.common.utils import Buffer\n"
        "    back = extensionobject_from_binary(Buffer(extensionobject_to_binary(made)))\n"
        "    print(type(back).__name__, back.InternalRecipeId.Id)\n"
        "    print(ua.extension_objects_by_typeid[ua.NodeId(5268, 3)].__name__, ua.DeviceHealthEnumeration(3).name)\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(
        os.sys.executable, "-c", code, str(file), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await child.communicate()
    assert out.decode().splitlines() == ["ResultDataType seven", "RecipeIdInternalDataType OFF_SPEC"], error.decode()


@pytest.mark.processes
async def test_the_station_writes_it_in_another_process(tmp_path: Path) -> None:
    types = TypeSpace(False, tmp_path / "opcua" / "types.cache")
    await types.write()
    assert (tmp_path / "opcua" / "types.cache").stat().st_mode & 0o777 == 0o600
    await started(types)
    assert types.warm
    assert [path.name for path in (tmp_path / "opcua").iterdir()] == ["types.cache"]


async def test_a_folder_that_takes_no_file_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    await TypeSpace(False, tmp_path / "file" / "types.cache").write()
    assert "cannot be cached" in caplog.text


def spoil(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: path.chmod(0o620), "others may write it (mode 620)"),
        (lambda path: path.chmod(0o602), "others may write it (mode 602)"),
        (lambda path: spoil(path, -1), "damaged"),
        (lambda path: spoil(path, 200), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: write(path, KEY, b"x"), "another version"),
    ],
)
def test_what_is_off_is_not_taken(copy: Path, change: Any, why: str) -> None:
    key = StationSpace(True, copy).key()
    assert read(copy, key)
    change(copy)
    with pytest.raises(CacheError, match=re.escape(why)):
        read(copy, key)


def open_to_others(path: Path) -> None:
    path.chmod(0o622)


@pytest.mark.processes
async def test_what_is_not_taken_is_built_anew_with_one_line(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "protocols.opcua")
    open_to_others(copy)
    types = StationSpace(True, copy)
    server = await started(types)
    assert not types.warm
    assert nodeset.AMCM.uri in await server.get_namespace_array()
    (line,) = [record.getMessage() for record in caplog.records if record.name.startswith("protocols")]
    assert line.endswith(f"{copy} is not taken: others may write it (mode 622)")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "real", KEY, b"content")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read(tmp_path / "real", KEY) == b"content"
    with pytest.raises(CacheError, match="symbolic links"):
        read(tmp_path / "link", KEY)


def test_only_a_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path / "none", KEY) is None
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(CacheError, match="no regular file"):
            read(tmp_path / name, KEY)


def test_the_file_of_another_user_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "file", KEY, b"content")
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "file").stat().st_uid + 4711)
    if (tmp_path / "file").stat().st_uid == 0:  # root's is taken by all: give it away
        os.chown(tmp_path / "file", 4712, -1)
    with pytest.raises(CacheError, match="belongs to the user"):
        read(tmp_path / "file", KEY)


class _Evil:
    def __init__(self, call: Any, *given: Any) -> None:
        self.reduced = call, given

    def __reduce__(self) -> Any:
        return self.reduced


@pytest.mark.parametrize(
    "call", [(os.system, "true"), (eval, "1"), (getattr, "", "join"), (ua.NodeId.from_string, "i=1")]
)
def test_bytes_that_want_more_than_values_are_refused(call: tuple[Any, ...]) -> None:
    with pytest.raises(UnpackError, match="is no class of values"):
        unpack(pickle.dumps([_Evil(*call)]))


def test_a_node_may_ask_for_nothing_but_what_stands_in_the_table() -> None:
    evil = pickle.dumps(_Evil(ua.NodeId, 1))  # harmless there, and refused here
    parts = [pickle.dumps(one, 5) for one in ([], [ua.NodeId(1)], (1, [len(evil)]))]
    nodes = unpack(b"".join([*parts, evil]))
    assert list(nodes) == [ua.NodeId(1)]
    with pytest.raises(UnpackError, match="is not in the table"):
        nodes[ua.NodeId(1)]
    with pytest.raises(UnpackError, match="not all there"):
        unpack(b"".join([*parts, evil[:-1]]))


def test_asyncua_has_no_function_that_passes_for_a_value() -> None:
    for name in (b"asyncua.ua.uatypes\nregister_extension_object\n", b"asyncua.ua.uatypes\ndatetime.now\n"):
        with pytest.raises(UnpackError, match="is no class of values"):
            unpack(b"c" + name + b".")


async def test_who_stops_meanwhile_leaves_nothing_behind(tmp_path: Path) -> None:
    writing = asyncio.ensure_future(TypeSpace(False, tmp_path / "opcua" / "types.cache").write())
    async with asyncio.timeout(60):
        while not (children := _children()):
            await asyncio.sleep(0.01)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert writing.cancelled()
    assert not children & _children()
    assert not (tmp_path / "opcua").exists()


def _children() -> set[str]:
    me = os.getpid()
    return set(Path(f"/proc/{me}/task/{me}/children").read_text().split())


async def test_the_types_of_the_release_come_first(
    copy: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "protocols")
    types = StationSpace(True, tmp_path / "none", installed=copy)
    await started(types)
    assert types.warm
    assert not StationSpace(False, tmp_path / "none", installed=copy)._read()  # it has those of the asset
    assert StationSpace(True, copy, installed=tmp_path / "none")._read()
    assert not caplog.messages
