"""How this process runs so that the loop stays quick: collector, thread switches, OpenCV's threads, logging."""

import asyncio
import contextlib
import gc
import logging
import os
import sys

import cv2

SWITCH_S = 0.0005  # a Python stage in the vision thread holds the interpreter no longer than this
YOUNG_S = 2.0


def configure_logging(level: str) -> None:
    """Plain lines on standard error; the libraries speak from warning on."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True
    )
    for name in ("asyncua", "aiohttp.access", "socketio", "engineio", "pymodbus"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("asyncua.server.uaprocessor").setLevel(logging.CRITICAL)  # it logs each refused request
    logging.getLogger("asyncua.server.address_space").setLevel(logging.ERROR)


def tune() -> None:
    """Once, when everything is built: what exists now stays for good and is not looked through again."""
    sys.setswitchinterval(SWITCH_S)
    cores = os.cpu_count() or 1
    cv2.setNumThreads(1 if cores <= 2 else cores - 1)
    gc.disable()
    gc.freeze()  # without a collection before it: the little garbage of a start is not worth the time


async def collect_garbage() -> None:
    """The collector in our own time: full collections stop every thread for as long as 100 ms under load."""
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(YOUNG_S)
            gc.collect(1)
