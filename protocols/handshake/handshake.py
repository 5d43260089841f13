"""The PLC handshake: every method is one turn on the event loop, whole in the process image when it returns."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..image import ProcessImage
from . import restore
from .acceptance import Acceptance
from .actions import Actions
from .answering import Answering
from .commands import Commands
from .commits import CallLater, Commit, Commits
from .control import check_bits, check_registers
from .gate import PEOPLE, Gate
from .keeping import Keeping
from .memory import Write, write_of_bits, write_of_registers
from .offering import Offering
from .panel import Panel
from .production import Making, NoShifts, Shifts
from .standing import Standing
from .state import Counters, Open, State
from .timers import Timers
from .trigger import Sampler
from .turn import Writes
from .types import (
    PART_ID_BYTES,
    Accepted,
    CommandError,
    Finished,
    Journal,
    Line,
    Reject,
    Replay,
    Retentive,
    Rules,
    Source,
)
from .watchdog import Watchdog


def _utc_us() -> int:
    return time.time_ns() // 1000


def _call_later(delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(delay_s, callback)


class Handshake(Standing):
    """Triggers, results and commands between PLCs and the station."""

    def __init__(
        self,
        image: ProcessImage,
        line: Line,
        journal: Journal,
        rules: Rules,
        now: Callable[[], float] = time.monotonic,
        utc_us: Callable[[], int] = _utc_us,
        call_later: CallLater | None = None,
        memory: Retentive | None = None,
        shifts: Shifts | None = None,
    ) -> None:
        self._line = line
        later = call_later or _call_later
        state = State(image, rules, now)
        making = Making(state, shifts or NoShifts(), utc_us)
        self._actions = Actions(state, line, making, utc_us)
        self._commands = Commands(self._actions.execute)
        super().__init__(state, making, Gate(state, self._commands), utc_us)
        self._sampler = Sampler(state, making, utc_us)
        self._watchdog = Watchdog(state)
        self._writes = Writes(state, self._commands, self._gate, self._sampler, self._watchdog)
        self._commits = Commits(rules.commit_limit_s, later)
        self._keeping = Keeping(state, self._commands, journal, memory, self._commits, self._end_turn)
        acceptance = Acceptance(state, line, journal, self._commits, self._settled)
        self._answering = Answering(self._keeping, acceptance, self._commits, line)
        self._panel = Panel(state, self._commands, self._gate)
        self._offering = Offering(state, self._panel, memory)
        self._timers = Timers(self._commands, self._gate, later, self.command_done)
        self.on_turn: list[Callable[[], object]] = []  # told at the end of each turn, which waits for them
        self._told = (False, 0)  # Online and open triggers, as the station knows them
        self._panel.publish()

    # restart

    def restore(self, replay: Replay, *, handed_over: bool = False) -> list[Finished]:
        """Bring back what stood before a restart; once, before any other turn.

        Args:
            handed_over: By a process that ran until now; its PLCs go on reading what they have read.

        Returns:
            The results of the triggers that the restart interrupted, already offered. The caller commits their rows,
            then keeps `retained`, then opens the servers.

        Raises:
            RetainedError: The retained state cannot be read.
        """
        interrupted = restore.restore(self._state, self._commands, self._offering, replay, handed_over=handed_over)
        self._watchdog.restarted()
        self._making.check()
        self._end_turn()
        return interrupted

    def remember(self) -> None:
        """Put the state into the memory, which has just come to be this process's."""
        self._keeping.remember_anew()

    def retained(self) -> bytes:
        """What `restore` needs, as it stands now."""
        return self._keeping.retained()

    # the Modbus adapter

    def write(self, client: str, registers: Mapping[int, int]) -> Commit | None:
        """FC6, FC16 or the write of FC23, by 0-based holding register.

        Returns:
            None: answer now. A future: answer when it is done; it never fails.

        Raises:
            Refused: The exception code of a bad write; nothing was changed.
        """
        check_registers(registers)
        return self._write(write_of_registers(client, registers))

    def write_bits(self, client: str, bits: Mapping[int, int]) -> Commit | None:
        """FC5, FC15 or FC22 on HR 0: only the bits that it addresses; else as `write`."""
        check_bits(bits)
        return self._write(write_of_bits(client, bits))

    def connected(self, client: str) -> None:
        """The first connection of a client address was opened."""
        self._state.presence.connected(client)

    def disconnected(self, client: str) -> None:
        """Its last connection was closed."""
        self._state.presence.disconnected(client, self._state.memory.clients)

    def request_seen(self, client: str) -> None:
        """A valid request of the controlling client: a sign of life, where the settings say so."""
        if self._watchdog.request():
            self._end_turn()

    def _write(self, write: Write) -> Commit | None:
        given = self._commands.given
        turn = self._writes.apply(write)
        answer = self._commits.in_turn(write.client, self._answering.write(turn, self._commands.given != given))
        self._end_turn()
        self._answering.start()
        return answer

    # other sources

    def trigger(
        self, source: Source, part_id: bytes = b"", who: str = "", cmd_trigger: int = 0
    ) -> "Reject | asyncio.Future[Accepted]":
        """A trigger of OPC UA, web, text lines, hardware or timer.

        Args:
            source: Who triggers; not Modbus, which writes.
            part_id: Up to 64 bytes, of OPC UA, web and text; the others get what a PLC latched.
            who: The user or the input, for the record.
            cmd_trigger: Cmd.Trigger of an OPC UA client.

        Returns:
            The reject code; or a future that is done when the acceptance is committed, and fails with `RejectedError`.
        """
        if source is Source.MODBUS or len(part_id) > PART_ID_BYTES:
            raise ValueError(f"{source.name} with a part id of {len(part_id)} bytes")
        code = self._gate.reject(source)
        if code is not None:
            self._state.counters.missed += 1
            self._state.triggers.rejected[source, code] += 1
            self._end_turn()
            return code
        accepted = self._sampler.sample(source, who=who, part_id=part_id, cmd=cmd_trigger)
        self._sampler.take(Open(accepted, quiet=source in PEOPLE and self._state.claimed))
        taken = self._answering.trigger()
        self._end_turn()
        self._answering.start()
        return taken

    def _settled(self, accepted: Accepted | None) -> None:
        """The commit of an acceptance has ended."""
        if accepted is None:
            self._keeping.keep()
        self._end_turn()
        if accepted is not None:
            self._line.start(accepted)

    # the station

    def set_conditions(self, **changes: Any) -> None:
        """Change fields of `Conditions`."""
        for name, value in changes.items():
            setattr(self._state.conditions, name, value)
        self._end_turn()

    def acquired(self, accepted: Accepted) -> None:
        """The last shot of a trigger is exposed; of one that has its result already this says nothing."""
        self._offering.acquired(accepted)
        self._end_turn()

    def offer(self, finished: Finished) -> None:
        """Show the result of the oldest open trigger. Its row is committed, or its outcome says that it is not.

        Raises:
            ValueError: It is not the next one.
        """
        self._offering.offer(finished)
        self._end_turn()

    def command_done(self, error: CommandError = CommandError.NONE, job: int | None = None) -> bool:
        """The job load or self-test has ended.

        Returns:
            Whether it was awaited: one that nobody waits for any more (`job` is another) changes nothing.
        """
        execution = self._commands.executing
        if execution is None or (job is not None and job != execution.job):
            return False
        if execution.job and not error:
            self._state.conditions.job = execution.job
        self._commands.finish(error)
        self._keeping.hold(self._keeping.keep())
        self._end_turn()
        return True

    def select_job(self, job: int) -> Commit:
        """Make `job` active for others than the PLC; done when a restart would find it, or the disk takes too long."""
        self._state.conditions.job = job
        return self._keeping.answer()

    def reset_counters(self) -> Commit:
        """As command 2, for others than the PLC; done when they are committed, or the disk takes too long."""
        self._state.counters = Counters()
        return self._keeping.answer()

    def set_production(self, values: Mapping[str, Any]) -> Commit:
        """As command 9, for others: any of order, lot, shift ("" = by the schedule) and strings (four).

        Raises:
            BadText: Nothing was changed.
        """
        self._making.change(values)
        return self._keeping.answer()

    def config_changed(self) -> None:
        """Settings or recipes changed: ConfigChanged stands until ClearError."""
        self._state.latches.config_changed = True
        self._keeping.keep()
        self._end_turn()

    def tick(self) -> None:
        """Every 100 ms: what changes with time alone."""
        if self._watchdog.check() | self._making.check():
            self._keeping.keep()
        self._end_turn()

    @property
    def executing(self) -> bool:
        """A job load or a self-test is under way."""
        return self._commands.executing is not None

    # the end of every turn

    def _end_turn(self) -> None:
        """The memory first, then the image, then whom it concerns."""
        self._keeping.remember()
        self._panel.publish()
        self._actions.run()
        self._timers.start(self._end_turn)
        for tell in self.on_turn:
            tell()
        now = (self._state.online, self._state.triggers.count)
        if now != self._told:
            self._told = now
            self._line.changed()
