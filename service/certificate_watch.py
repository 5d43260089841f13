"""The dates of the OPC UA certificate: said in time, for clients refuse an expired one."""

import asyncio
from pathlib import Path

from protocols.alarms import OPCUA_CERTIFICATE
from protocols.opcua.certificate import validity

from .alarms import Alarms
from .offload import Offload
from .timing import now_us

EVERY_S = 3600.0


async def watch_certificate(certificate: Path, thread: Offload, alarms: Alarms) -> None:
    """For ever; the server goes on serving with any dates."""
    while True:
        trouble = await thread(validity, certificate, now_us())
        alarms.set(OPCUA_CERTIFICATE, bool(trouble), trouble)
        await asyncio.sleep(EVERY_S)
