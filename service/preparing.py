"""What a generation makes ready beside its predecessor, of what needs neither the data folder's lock nor the camera."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from protocols.ascii import AsciiServer
from protocols.codec import Orders
from protocols.image import ProcessImage
from protocols.opcua import OpcUaServer
from protocols.opcua.machine_vision import TypeSpace
from protocols.opcua.trust import TrustList
from protocols.standstill import Standstill

from . import generations
from .auth.doors import Doors
from .auth.token import load_token
from .auth.users import Users
from .generations import Mark, shared
from .history import ResultHistory
from .kept_server import KeptServer
from .logs.setup import Log
from .offload import Offload
from .opcua_setup import identity, make_opcua, types_of
from .recipes import RecipeBook
from .scada import ScadaCommands
from .settings import Settings
from .vision_system import VisionSystem

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Prepared:
    """What needs neither the data folder's lock nor the camera."""

    image: ProcessImage
    book: RecipeBook
    thread: Offload  # for small files
    token: str
    commands: ScadaCommands
    vision: VisionSystem
    opcua: OpcUaServer | None
    history: ResultHistory
    doors: Doors
    text: AsciiServer | None = None  # once it is there
    types: TypeSpace | None = None  # of `opcua`, to be cached; None = they are
    servers: dict[str, KeptServer] = field(default_factory=dict)  # on the PLC's sockets, by name
    log: Log = field(default_factory=Log)
    standstill: Standstill = field(default_factory=Standstill)


async def prepare(settings: Settings, stack: AsyncExitStack) -> Prepared:
    """Recipes read and made ready, the OPC UA address space built."""
    modbus = settings.modbus
    image = ProcessImage(Orders(modbus.word_order, modbus.string_order))
    thread = Offload("files")
    stack.push_async_callback(thread.close)
    settings.station.data_folder.mkdir(parents=True, exist_ok=True)
    token = await thread(load_token, settings.station.data_folder)
    hashing = Offload("passwords")
    stack.push_async_callback(hashing.close)
    doors = await hashing(_doors, settings, token, hashing)
    book = RecipeBook(settings.station.recipe_folder)
    stack.push_async_callback(book.close)
    vision = VisionSystem(settings, book)
    ready = Prepared(image, book, thread, token, ScadaCommands(image), vision, None, ResultHistory(vision), doors)
    await asyncio.gather(book.load(), _build_opcua(settings, ready))
    await _know_tools(ready)
    return ready


async def look_again(ready: Prepared) -> None:
    """At all that the predecessor may have changed while this generation prepared itself."""
    await ready.doors.in_thread(ready.doors.look_again)
    if await ready.book.look_again():
        log.info("recipes were changed meanwhile: they are read again")
        await _know_tools(ready)


async def _know_tools(ready: Prepared) -> None:
    if ready.opcua is not None:
        await ready.opcua.know_tools(step.name for recipe in ready.book.ready.values() for step in recipe.recipe.steps)


def _doors(settings: Settings, token: str, hashing: Offload) -> Doors:
    folder = settings.station.data_folder
    doors = Doors(token, Users(folder), TrustList(folder / "pki"), hashing)
    for problem in doors.trust.load():
        log.warning("%s", problem)
    return doors


async def _build_opcua(settings: Settings, ready: Prepared) -> None:
    if "opcua" not in generations.sockets and "opcua" not in generations.taken:
        return
    try:
        types = types_of(settings)
        ready.opcua = await make_opcua(
            settings, ready.image, ready.commands, ready.vision, ready.history, ready.token, ready.doors, types
        )
        ready.opcua.pause_with(ready.standstill)
        ready.types = None if types.warm else types
    except Exception:  # whatever keeps it from being built, the PLC's line runs
        log.exception("OPC UA cannot be built")
        return
    listener = generations.sockets.get("opcua")
    if listener is not None and shared[Mark.ALIVE]:
        try:
            await ready.opcua.introduce(listener, await identity(settings, ready.thread))
        except Exception as exc:  # said again, and as an alarm, when it is started
            log.debug("OPC UA is not introduced yet: %s", exc)
