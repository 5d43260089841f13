"""The station and the model, step by step: what one is told the other is told, and both must look the same."""

import contextlib
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

from tests.protocols.handshake.model import Model
from tests.protocols.handshake.model_state import BUFFER, LAST_SEQ, Judgement, Source

from .bench import JOBS, Bench
from .comparison import INTERRUPTED, same_registers, same_rows
from .endings import kill_all, kill_worker, reload
from .plc import EXECUTING, PATIENCE_S, Plc, u32, write_pdu

ADDRESSES = ("127.0.0.2", "127.0.0.3")
TRIGGER_SEQ, SEQ_ACK = 4, 4  # holding register; in the status block


class Pair:
    """A station and its model. Its first failure is its last: every later step repeats it."""

    def __init__(self, bench: Bench, chance: random.Random, kills: int, at_once: bool) -> None:
        """`at_once`: the station waits for no commit, but for that of a result."""
        self.bench, self.chance, self.kills_left = bench, chance, kills
        self.model = Model(at_once=at_once)
        self.model.write_hold_s = 0.0
        self.plcs = {address: Plc(bench.port, address) for address in ADDRESSES}
        self.watch = Plc(bench.port)
        self.connected: set[str] = set()
        self.steps: deque[str] = deque(maxlen=40)
        self.failure: AssertionError | None = None
        self.counts: Counter[str] = Counter()
        self.judgements: Counter[str] = Counter()
        self.number = 0  # of triggers and commands
        self.kill_after = 0  # steps
        self.per_example = 0.0  # so many endings at least
        self.owed = 0.0  # of them, for the examples so far
        self.endings = cycle((kill_worker, reload, kill_all))

    @property
    def counted(self) -> dict[str, object]:
        return dict(self.counts) | {"results": dict(self.judgements)}

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step of both; afterwards they are compared."""
        if self.failure:
            raise self.failure
        self.steps.append(what)
        self.counts[what.partition(" ")[0]] += 1
        self.model.advance(0.001)  # so that a hold time of 0 is over
        try:
            yield
            self.settle()
            self.compare()
        except Exception as exc:
            self.failure = AssertionError(f"{exc!r} after:\n" + "\n".join(self.steps) + "\n" + self.log())
            self.failure.__cause__ = exc
            raise self.failure from exc

    def log(self) -> str:
        return "\n".join(self.bench.running.log.splitlines()[-20:])

    def fresh(self) -> int:
        self.number = self.number % 65535 + 1
        return self.number

    def begin(self) -> None:
        """Both clients write their baselines."""
        self.watch.connect()
        self.online_again()
        for address in ADDRESSES:
            self.connect(address)
            self.write(address, 0, [1, 0, 0, 0, 0, 0])

    # connections

    def connect(self, address: str) -> None:
        with self.step(f"connect {address}"):
            self.plcs[address].connect()
            self.connected.add(address)
            self.model.connect(address)

    def disconnect(self, address: str) -> None:
        with self.step(f"disconnect {address}"):
            self.plcs[address].close()
            self.connected.discard(address)
            self.until(lambda: not self.seen(address), "the station notices a closed connection")
            self.model.disconnect(address)

    def seen(self, address: str) -> bool:
        clients = self.bench.rest("/modbus/clients")[1]
        return any(client["address"] == address and client["connections"] for client in clients)

    # writes

    def write(self, address: str, start: int, values: list[int]) -> None:
        """FC6, FC16 or FC23."""
        with self.step(f"write {address} HR{start} {values}"):
            self.model.write(address, dict(enumerate(values, start)))
            plc = self.plcs[address]
            if self.chance.random() < 0.5:
                plc.write_then_read(start, values, 0, 64)
            else:
                plc.write(start, *values)

    def write_bits(self, address: str, bits: Mapping[int, int]) -> None:
        with self.step(f"bits {address} {bits}"):
            self.model.write_bits(address, dict(bits))
            self.plcs[address].write_bits(bits, self.chance)

    def burst(self, address: str, writes: list[tuple[int, list[int]]]) -> None:
        """Writes in one segment: the station takes each as soon as the one before is answered.

        Mostly that is long before the part is ready. Where a commit took long the next trigger finds it ready, and is
        taken: then the model gets the result, or the acquisition, before that write.
        """
        with self.step(f"burst {address} {writes}"):
            self.plcs[address].ask_all([write_pdu(start, values) for start, values in writes])
            (begin, first), *rest = writes
            self.model.write(address, dict(enumerate(first, begin)))
            taken = rest[0][0] == TRIGGER_SEQ and self.watch.settled()[SEQ_ACK] == rest[0][1][0]
            if taken and (self.model.pending or self.model.open):
                self._ready_before_the_next()
            for start, values in rest:
                self.model.write(address, dict(enumerate(values, start)))

    def _ready_before_the_next(self) -> None:
        """The station has taken a trigger that came on the heels of another: it was right to."""
        buffered = self.model.hr[0] & 1 << BUFFER
        second, first = self.bench.query(
            "SELECT accepted_at_us, finished_at_us FROM results ORDER BY number DESC LIMIT 2"
        )
        assert buffered or second["accepted_at_us"] >= first["finished_at_us"], f"taken while busy: {first}, {second}"
        self._go_on(judged=not buffered)
        self.counts["ready at the next trigger"] += 1

    # everything else

    def web_trigger(self, part_id: str) -> None:
        with self.step(f"web {part_id!r}"):
            status, answer = self.bench.rest("/station/trigger", {"part_id": part_id})
            code = self.model.trigger(Source.WEB, part_id.encode())
            assert (status, answer.get("code", 0)) == ((409, code) if code else (200, 0)), answer

    def set_online(self, online: bool) -> None:
        with self.step(f"online {online}"):
            assert self.bench.rest("/station/online", {"online": online})[0] == 200
            self.model.engineer_online = online

    def reset_counters(self) -> None:
        with self.step("reset"):
            assert self.bench.rest("/counters/reset", {})[0] == 200
            self.model.reset_counters()

    # kill -9 and reload

    def may_kill(self) -> bool:
        """A restart takes long: so many, and spread out."""
        return self.kills_left > 0 and self.counts.total() >= self.kill_after

    def end(self, address: str, in_flight: list[int] | None, delay_s: float) -> None:
        """The worker is killed, or relieved, or all is killed, in turn.

        Args:
            in_flight: Registers 4 and up, with a trigger that was written `delay_s` before.
        """
        self.write(address, 5, [self.no_head()])  # everything before it is committed when this is answered
        self.kills_left -= 1
        self.owed -= 1
        self.kill_after = self.counts.total() + 20
        ending = next(self.endings)
        with self.step(f"{ending.__name__} {address} {in_flight} {delay_s * 1e3:.1f} ms"):
            newest = self.model.newest
            if in_flight:
                self.plcs[address].send([write_pdu(4, in_flight)])
                time.sleep(delay_s)
            ending(self.bench.running)
            for plc in [*self.plcs.values(), self.watch]:
                plc.close()
            self.watch.connect_patiently()
            if in_flight:
                self.resolve(address, in_flight, newest)
            (self.model.handed_over if ending is reload else self.model.crash)()
            self.online_again()
            for address in sorted(self.connected):
                self.plcs[address].connect()
                self.model.connect(address)

    def no_head(self) -> int:
        """A ResultAckSeq that acknowledges nothing, and is not what was written before."""
        head = self.model.head.seq if self.model.head else 0
        return next(seq for seq in range(1, 5) if seq not in (head, self.model.hr[5]))

    def resolve(self, address: str, written: list[int], newest: int) -> None:
        """What became of the trigger that was on its way: taken or not, committed or not, judged or not."""
        status = self.watch.read(0, 64)
        registers = dict(enumerate(written, 4))
        if status[4] != written[0]:
            if self.watch.holding(4, 1)[0] != written[0]:  # it never arrived
                self.counts["lost in flight"] += 1
                return
            self.model.write(address, registers)  # rejected, or taken and not committed: then the crash forgets it
            rejected = status[5] == written[0]
            assert rejected != bool(self.model.pending), "a rejection is seen at once, an acceptance at its commit"
            self.counts["taken, not committed"] += not rejected
            return
        self.model.write(address, registers)
        if self.model.pending:
            self.model.commit(ok=True)
        slot = self.watch.slot(newest % LAST_SEQ + 1)
        assert slot[:2] == (newest % LAST_SEQ + 1, written[0]), slot
        if slot[26] != INTERRUPTED:
            self.tell(slot)
            self.counts["judged before the end"] += 1
        else:
            self.counts["interrupted"] += 1

    def online_again(self) -> None:
        """The camera is there: OfflineReason says what the model says."""
        self.watch.status_when(lambda status: status[0] >> 4 & 7 == self.model.offline_reason)

    # comparing

    def settle(self) -> None:
        """Nothing is on its way; the model is told how the station judged."""
        status = self.watch.settled()
        model = self.model
        if not status[0] & EXECUTING:
            if model.executing:
                model.command_done(status[9] if not model.waiting else 0)
            model.held.clear()  # committed
        while model.pending or model.open:
            self._go_on()

    def _go_on(self, *, judged: bool = True) -> None:
        """The oldest part has its acceptance, its image and, where `judged`, its result."""
        model = self.model
        if model.pending:
            model.commit(ok=True)
        if model.acquiring:
            model.acquired()
        if judged:
            self.tell(self.watch.slot(model.newest % LAST_SEQ + 1))

    def tell(self, slot: tuple[int, ...]) -> None:
        """The model gets the judgement that stands in a ring slot."""
        flags = slot[2]
        judgement = next((j for j in Judgement if flags >> j & 1), None)
        assert judgement, f"slot without a judgement: {slot}"
        assert not flags & 0x1090, f"not stored, timed out or partial: {flags:#x}"
        self.model.result(judgement, u32(slot, 20), slot[62], executed=u32(slot, 22))
        self.judgements[judgement.name] += 1

    def compare(self) -> None:
        """Every register that the model knows, and the command image."""
        same_registers(self.model, self.watch)

    def same_rows(self) -> None:
        """The database has each accepted trigger once, with what the ring said."""
        rows = self.bench.rows()
        same_rows(self.model, rows)
        self.counts["stored"] = len(rows)

    def until(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, f"not in time: {what}"
            time.sleep(0.005)


assert set(JOBS) == Model().jobs
