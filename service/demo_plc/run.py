"""Trigger N parts, print each, clear TriggerEnable whatever happens."""

import argparse
import asyncio
import contextlib
import logging
import math
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from protocols.handshake.production import TEXT_BYTES

from .handshakes import ByBits, BySequence, Handshake, Outcome, enable, wait_ready
from .plc import Plc, PlcError
from .production import set_texts
from .report import Tally, line, summary

GOOD, LOST_OR_WRONG, CANNOT, INTERRUPTED = 0, 1, 2, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``demo-plc``."""
    parser.add_argument("--host", default="127.0.0.1", help="address of the station")
    parser.add_argument("--port", type=int, default=5020, help="its Modbus TCP port")
    parser.add_argument("--unit", type=int, default=1, help="unit id")
    parser.add_argument("--count", type=_count, default=10, help="parts to trigger")
    parser.add_argument("--hz", type=_rate, default=0.0, help="triggers a second, 0 = whenever TriggerReady is 1")
    parser.add_argument("--deadline", type=_rate, default=5.0, help="a part without a result by then is lost (s)")
    parser.add_argument("--order", type=_text, help="order of the parts, at most 64 bytes (command 9)")
    parser.add_argument("--lot", type=_text, help="their lot, likewise")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--sequence", action="store_true", help="trigger by TriggerSeq (the default)")
    way.add_argument("--bits", action="store_true", help="trigger by the bits of ControlWord, unbuffered")


def run(args: argparse.Namespace) -> int:
    """Drive the station.

    Returns:
        The exit code: 0, 1 when a part was lost or wrong or none was inspected, 2 when it could not be tried, 130 after
        Ctrl-C.
    """
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # what matters is said in our own words
    console = Console(highlight=False)
    try:
        return asyncio.run(_drive(args, console))
    except PlcError as exc:
        Console(stderr=True, highlight=False).print(f"demo-plc: {exc}", markup=False, soft_wrap=True)
        return CANNOT
    except KeyboardInterrupt:
        return INTERRUPTED


async def _drive(args: argparse.Namespace, console: Console) -> int:
    plc = Plc(args.host, args.port, args.unit)
    tally = Tally()
    try:
        await plc.connect()
        await _trigger_parts(plc, args, tally, console)
    finally:
        plc.close()
        if tally.triggers:
            summary(tally, console)
    return GOOD if tally.good else LOST_OR_WRONG


async def _trigger_parts(plc: Plc, args: argparse.Namespace, tally: Tally, console: Console) -> None:
    handshake: Handshake = ByBits(plc, args.deadline) if args.bits else BySequence(plc, args.deadline)
    columns = (TextColumn("parts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    await enable(plc)
    try:
        await handshake.begin()
        await wait_ready(plc, args.deadline)
        texts = {"order": args.order, "lot": args.lot}
        await set_texts(plc, {name: text for name, text in texts.items() if text is not None}, args.deadline)
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("parts", total=args.count)
            started = time.perf_counter()
            for tag in range(1, args.count + 1):
                await _pace(plc, args, started, tag - 1)
                outcome: Outcome = await handshake.part(tag)
                _check_interrupt()
                tally.count(outcome)
                progress.console.print(line(outcome, tag), soft_wrap=True)
                progress.advance(bar)
    finally:
        await _clear_enable(plc, console)


def _check_interrupt() -> None:
    """Python 3.11's `asyncio.wait_for`, which pymodbus uses, swallows a Ctrl-C that comes together with the answer."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def _pace(plc: Plc, args: argparse.Namespace, started: float, done: int) -> None:
    """At a rate, trigger whether the station is ready or not; else wait for it, and let it say no if it is not."""
    if args.hz:
        await asyncio.sleep(max(0.0, started + done / args.hz - time.perf_counter()))
    else:
        await plc.status_when(lambda status: bool(status[0] & 1), time.perf_counter() + args.deadline)


async def _clear_enable(plc: Plc, console: Console) -> None:
    """A PLC that goes leaves no station armed, and the parts of the next one do not get its tag."""
    try:
        await plc.write(0, (0,))
        await plc.write(12, (0, 0))  # UserTag
    except PlcError as exc:
        with contextlib.suppress(OSError):
            console.print(f"TriggerEnable could not be cleared: {exc}", markup=False, soft_wrap=True)


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not within 1-1000000")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 0 or more")
    return value


def _text(text: str) -> str:
    if len(text.encode()) > TEXT_BYTES:
        raise argparse.ArgumentTypeError(f"{text!r} has {len(text.encode())} bytes; it may have up to {TEXT_BYTES}")
    return text
