"""What an address space begins with: out of the cache where that fits, else the types imported from the nodesets."""

import asyncio
import hashlib
import logging
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from asyncua import Server
from asyncua.server.internal_server import InternalServer

from ..meanings import NAMESPACE
from . import cache, data_types, importing, nodeset, packing
from .importing import ensure
from .nodeset import NodesetError
from .packed_nodes import PackedNodes
from .settled_view import SettledView

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[3]
_MADE_BY = (importing, nodeset, packing, data_types)


class PreparedServer(InternalServer):
    """asyncua's inner server, which may begin with an address space that is there."""

    nodes: PackedNodes | None = None  # set before `init`

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:
        if self.nodes is None:
            await super().load_standard_address_space(shelf_file)
        else:
            self.aspace._nodes = self.nodes  # noqa: SLF001 - as its own load() does

    async def _address_space_fixes(self) -> None:
        if self.nodes is None:
            await super()._address_space_fixes()


class TypeSpace:
    """The types that a station shows; `file` is their cache, `installed` one of the release; None = there is none."""

    package = __package__  # whose `__main__` writes the cache

    def __init__(self, asset: bool = False, file: Path | None = None, installed: Path | None = None) -> None:
        self.nodesets = (nodeset.MACHINE_VISION, *(nodeset.ASSET if asset else ()))
        self._asset, self._file, self._installed = asset, file, installed
        self.warm = False

    async def prepare(self, server: Server) -> None:
        """Initialize `server`, whose inner server is a PreparedServer, with our namespace and all types.

        A nodeset that is not the right one, and those after it, are left out: who needs them looks.
        """
        server.iserver.nodes = await asyncio.to_thread(self._read)
        self.warm = server.iserver.nodes is not None
        await server.init()
        await server.register_namespace(NAMESPACE)
        try:
            for one in self.nodesets:
                if self.warm:
                    await server.register_namespace(one.uri)
                else:
                    await ensure(server, one)
        except NodesetError as exc:
            log.debug("%s", exc)
        server.iserver.view_service = SettledView(server.iserver.aspace)

    def _read(self) -> PackedNodes | None:
        """None = it has to be built."""
        key = self.key()
        for file in filter(None, (self._installed, self._file)):
            try:
                if (content := cache.read(file, key)) is not None:
                    return packing.unpack(content)
            except (cache.CacheError, packing.UnpackError) as exc:
                level = logging.DEBUG if file == self._installed else logging.INFO  # of a station without the asset
                log.log(level, "the OPC UA types are built anew, %s is not taken: %s", file, exc)
        return None

    def key(self) -> bytes:
        """All that the content depends on."""
        code = [hashlib.sha256(one.read_bytes()).hexdigest() for one in self.sources()]
        hashes = [f"{one.uri} {one.sha256}" for one in self.nodesets]
        made = [sys.version, platform.machine(), version("asyncua"), NAMESPACE]
        return "\n".join([*made, *hashes, *code]).encode()

    def sources(self) -> Iterable[Path]:
        """The code that makes it."""
        return (Path(str(one.__file__)) for one in _MADE_BY)

    async def fill(self, server: Server) -> None:
        """Make what `prepare` has left out of the cached content.

        Raises:
            NodesetError: A nodeset is not the right one.
        """
        for one in self.nodesets:
            await ensure(server, one)

    async def write(self) -> None:
        """In a process of its own, which leaves the line its processor and the interpreter; one line if it fails."""
        try:
            failed = await _run(self.package, str(self._file), str(int(self._asset)))
        except OSError as exc:
            failed = str(exc)
        if failed:
            log.warning("the OPC UA types cannot be cached in %s: %s", self._file, failed)


async def _run(package: str, *arguments: str) -> str:
    """Why it did not succeed; it ends with whoever waits for it."""
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    code = f"import runpy, sys; sys.path.insert(0, {str(_ROOT)!r}); runpy.run_module({package!r}, run_name='__main__')"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, stdin=null, stderr=pipe)
    try:
        _, error = await child.communicate()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    lines = error.decode("utf-8", "replace").strip().splitlines()
    return "" if child.returncode == 0 else (lines or [f"exit code {child.returncode}"])[-1]


async def build(types: TypeSpace, file: Path, mode: int = 0o600) -> None:
    """Make the content, without a cache, and write it.

    Raises:
        NodesetError: A nodeset is not the right one.
        UnpackError: What was made cannot be read back.
        OSError: The file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)  # says what is wrong before the work
    server = Server(iserver=PreparedServer())
    await types.prepare(server)
    await types.fill(server)
    content = packing.pack(server.iserver.aspace._nodes)  # noqa: SLF001
    for _ in packing.unpack(content).values():  # each can be read, before a client asks for it
        pass
    cache.write(file, types.key(), content, mode)
