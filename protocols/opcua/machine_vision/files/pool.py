"""All temporary files of the server: how many there may be, and when each goes."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Mapping

from asyncua import ua

from ...people import SESSION
from ..arguments import BadCall
from ..methods import Answer, Methods
from ..model import Model
from ..stored_files import RefusedFileError, StoredFile
from . import nodes
from .temporary import TemporaryFile, bad

MOST_OF_SESSION, MOST = 4, 16
IDLE_S = 60.0  # ClientProcessingTimeout: nobody works with it for so long
LOOK_S = 1.0
_CODES = ua.StatusCodes


class FilePool:
    """Makes temporary files; each goes when its last handle is closed, with its session, or when nobody uses it."""

    def __init__(self, model: Model, methods: Methods) -> None:
        self._model, self._methods = model, methods
        self._files: dict[ua.NodeId, TemporaryFile] = {}
        self._waiting: list[ua.NodeId] = []  # sessions whose file is on its way
        self._some = asyncio.Event()
        methods.on_session_end.append(self.session_ended)

    async def make(self, parent: ua.NodeId, opening: Awaitable[StoredFile], right: str) -> TemporaryFile:
        """A file for the session that calls, below `parent`, open by one handle.

        Args:
            right: What a caller of its methods must be allowed to.

        Raises:
            BadCall: The station refuses it, or there are too many.
        """
        session = SESSION.get()
        stored = await self._opened(session, opening)
        node = ua.NodeId(f"{parent.Identifier}.{secrets.token_hex(8)}", parent.NamespaceIndex)
        file = TemporaryFile(node, stored, session, self._end)
        file.handle()
        self._show(file, parent, right)
        self._files[node] = file
        self._some.set()
        return file

    async def _opened(self, session: ua.NodeId, opening: Awaitable[StoredFile]) -> StoredFile:
        owners = [*(file.session for file in self._files.values()), *self._waiting]
        if len(owners) >= MOST or owners.count(session) >= MOST_OF_SESSION:
            if asyncio.iscoroutine(opening):
                opening.close()
            raise BadCall(_CODES.BadResourceUnavailable)
        self._waiting.append(session)
        try:
            stored = await opening
        except RefusedFileError as exc:
            raise bad(exc) from exc
        finally:
            there = session in self._waiting
            if there:
                self._waiting.remove(session)
        if not there:
            await stored.close()
            raise BadCall(_CODES.BadSessionClosed)
        return stored

    def _show(self, file: TemporaryFile, parent: ua.NodeId, right: str) -> None:
        server = self._model.server.iserver
        for result in server.node_mgt_service.add_nodes(list(nodes.items(file, parent))):
            result.StatusCode.check()
        for status in server.node_mgt_service.add_references(nodes.method_references(file)):
            status.check()
        nodes.follow(server.aspace, file)
        answers: Mapping[str, Answer] = {
            "Open": file.open,
            "Close": file.close,
            "Read": file.read,
            "Write": file.write,
            "GetPosition": file.position,
            "SetPosition": file.set_position,
        }
        for name, answer in answers.items():
            self._methods.add(file.node, ua.NodeId(nodes.METHODS[name]), answer, right=right)

    async def commit(self, parent: ua.NodeId, handle: int, who: str) -> None:
        """CloseAndCommit: what was written is used; the file goes, whatever comes of it.

        Raises:
            BadCall: The handle is none of the caller's below `parent`, the file was not written, or it is refused.
        """
        prefix = f"{parent.Identifier}."
        file = next((one for one in self._files.values() if one.owns(handle)), None)
        if file is None or not str(file.node.Identifier).startswith(prefix):
            raise BadCall(_CODES.BadInvalidArgument, [_CODES.BadOutOfRange])
        if not file.stored.writable:
            raise BadCall(_CODES.BadInvalidState)
        async with file.lock:
            file.check(handle)
            del file.positions[handle]  # nothing is written any more
            try:
                await file.stored.commit(who)
            except RefusedFileError as exc:
                raise bad(exc) from exc
            finally:
                self._forget(file)
                await file.stored.close()

    async def session_ended(self, session: ua.NodeId) -> None:
        """Nobody can reach its files any more, nor those that are on their way."""
        self._waiting = [one for one in self._waiting if one != session]
        for file in [one for one in self._files.values() if one.session == session]:
            await self._end(file)

    async def run(self) -> None:
        """For ever: files that nobody works with go."""
        while True:
            await self._some.wait()
            await asyncio.sleep(min(LOOK_S, IDLE_S))
            for file in list(self._files.values()):
                if time.monotonic() - file.used_at >= IDLE_S and not file.lock.locked():
                    await self._end(file)
            if not self._files:
                self._some.clear()

    async def _end(self, file: TemporaryFile) -> None:
        if self._forget(file):
            async with file.lock:
                file.positions.clear()
                with contextlib.suppress(RefusedFileError):
                    await file.stored.close()

    def _forget(self, file: TemporaryFile) -> bool:
        """Take it out of the address space; False where it has gone already."""
        if self._files.pop(file.node, None) is None:
            return False
        self._methods.remove(file.node)
        prefix, space = f"{file.node.Identifier}.", self._model.server.iserver.aspace
        own = [one.NodeId for one in space[file.node].references if str(one.NodeId.Identifier).startswith(prefix)]
        self._model.remove([file.node, *own])
        return True
