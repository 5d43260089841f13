"""A station without a camera, to be killed: it says what it has done, once the store says that it stands."""

import asyncio
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from protocols.handshake.types import Accepted, Outcome
from service.settings import StoreSettings
from service.store import Store
from tests.service.store.parts import accepted, inspection
from vision.result import Judgement


def say(what: str, number: int) -> None:
    print(what, number, flush=True)


async def run(folder: Path) -> None:
    async with Store.open(folder, StoreSettings(min_free_mb=0), ZoneInfo("UTC"), lock_wait_s=10) as store:
        found = store.recover()
        number, seq = found.last_number, found.last_seq
        for opened in found.opened:
            seq = seq % 65520 + 1
            interrupted = Outcome(judgement=3, reject_class=65535, error_code=703)
            await store.save(inspection(opened.number, Judgement.ERROR, outcome=interrupted, result_seq=seq))
            say("result", opened.number)
        while True:
            seq = await part(store, accepted(number := number + 1), seq)


async def part(store: Store, trigger: Accepted, seq: int) -> int:
    await store.accept(trigger, f"state {trigger.number}".encode())
    say("accepted", trigger.number)
    for _ in range(trigger.number % 4):  # something else goes on meanwhile
        await store.event("tick", "", "")
    seq = seq % 65520 + 1
    await store.save(inspection(trigger.number, result_seq=seq))
    say("result", trigger.number)
    return seq


asyncio.run(run(Path(sys.argv[1])))
