"""What goes on between requests: sessions are kept, and whose right has ended loses the connections that are open."""

import asyncio
import logging

from service.hub import Hub
from service.sockets import Sockets

from .gate import LIVE, Gate
from .users import UserError

log = logging.getLogger(__name__)
EVERY_S = 1.0  # a role that was taken away ends open connections within this


async def keep(gate: Gate, hub: Hub) -> None:
    """Write the sessions, so that they outlive a reload."""
    try:
        await hub.offload(gate.sessions.save)
    except OSError as exc:  # it works until the next start
        log.warning("sessions are not kept over a restart: %s", exc)


async def watch(gate: Gate, hub: Hub, sockets: Sockets) -> None:
    """Look at users that the command line changed, and at every open connection; never ends."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await hub.doors.in_thread(hub.doors.users.refresh)
        except UserError as exc:
            log.error("%s", exc)
        if gate.sessions.changed:
            await keep(gate, hub)
        sockets.end(lambda request: request.path != LIVE and not gate.still(request))  # live viewers look themselves
