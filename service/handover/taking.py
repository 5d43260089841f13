"""The successor's half: it asks the generation before it for the camera, the memory and the PLCs' connections."""

import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from .. import generations
from ..generations import Mark, shared
from .channel import PROTOCOL, Channel, Gone

log = logging.getLogger(__name__)

SILENT_S = 5.0  # without a word from a generation that is to let go: it hangs
HAND_S = 5.0  # for what takes it milliseconds


class HandoverFailed(Exception):
    """The generation before this one goes on serving; this one cannot."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What comes with the camera and the memory."""

    modbus: Mapping[str, Any]  # as `ModbusServer.know` takes it
    connections: Sequence[tuple[socket.socket, bytes]]  # each with what was read of a request


class Predecessor:
    """The generation that serves now. The calls come in this order, each once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @classmethod
    def reach(cls) -> Self | None:
        """None = nobody serves, or one that cannot hand over: what it has is free once it has closed down."""
        name = shared.channel
        if not name or not shared[Mark.ALIVE]:
            return None
        try:
            return cls(Channel.to(name))
        except OSError as exc:
            log.info("generation %d is not reached: %s", shared[Mark.ALIVE], exc)
            return None

    async def relieved(self) -> bool:
        """Ends when it has finished its parts and closed the camera; it goes on answering.

        Returns:
            False: it closes down instead, or is gone: what it has is free then.

        Raises:
            HandoverFailed
        """
        answer = await self._ask({"prepared": PROTOCOL, "age": generations.age})
        while answer is not None and "wait" in answer:
            answer = await self._ask(None)
        if answer is None:
            return False
        if why := answer.get("refused"):
            log.warning("generation %d closes down, it cannot hand over: %s", shared[Mark.ALIVE], why)
        return not why

    async def hands(self) -> Handed | None:
        """Ends when it answers nobody any more: from now on PLCs wait for this process. None: it is gone.

        Raises:
            HandoverFailed
        """
        answer = await self._ask({"ready": True}, HAND_S)
        if answer is None:
            return None
        connections: list[tuple[socket.socket, bytes]] = []
        while len(connections) < answer["connections"]:
            message, sockets = await self._channel.receive(HAND_S)
            connections += zip(sockets, map(bytes.fromhex, message["read"]), strict=True)
        return Handed(answer["modbus"], connections)

    async def own(self) -> None:
        """Say that all of it is this generation's now; the one before it does not take it back.

        Raises:
            HandoverFailed: It has taken it back.
        """
        try:
            await self._channel.send({"owned": generations.age})
        except Gone as exc:
            if not await self._channel.ended(0.1):
                raise HandoverFailed("the generation before it took the camera back") from exc
        shared[Mark.VALIDATED] = generations.age

    async def end(self) -> None:
        """It has not let go of the data folder in time."""
        log.error("process %d does not let go: it is ended", self._channel.peer)
        await self._channel.kill()

    def close(self) -> None:
        self._channel.close()

    async def _ask(self, message: Mapping[str, Any] | None, limit_s: float = SILENT_S) -> Mapping[str, Any] | None:
        """Its next answer; None where its process has ended, by itself or because it was silent."""
        try:
            if message is not None:
                await self._channel.send(dict(message))
            answer, _ = await self._channel.receive(limit_s)
        except TimeoutError:
            if shared[Mark.FAILED] >= generations.age:
                raise HandoverFailed("the generation before it has stopped waiting") from None
            log.error("process %d has not answered for %g s: it is ended", self._channel.peer, limit_s)
            await self._channel.kill()
            return None
        except Gone as exc:
            if await self._channel.ended(HAND_S):
                return None
            raise HandoverFailed(f"the generation before it does not let go: {exc}") from exc
        if why := answer.get("failed"):
            raise HandoverFailed(f"the generation before it does not let go: {why}")
        return answer
