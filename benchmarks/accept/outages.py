"""What goes wrong between a station and its PLC: triggering resumes within 10 s without a hand, each part once.

Station and PLC stand in network namespaces of their own with a cable between them.
"""

import random
import socket
import struct
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cable import STATION, Cable, enter, inside, ip, laid, vanish

from .bench import Bench, bench
from .endings import power_off
from .plc import TRIGGER_READY, ExceptionAnswer, NotInTime, Plc, u32

TIMES = 20  # each
RESUME_S = 10.0
PULLED_S = 5.0
CONNECTIONS = 4  # max_connections
RESET_S = 1.0  # one over the limit: connected and reset in less
REQUEST_S = 1.0  # what a PLC waits for an answer
PAUSE_S = 0.1  # between its attempts to connect
HMI = "192.0.2.3"
SEQ_ACK, SEQ_REJECTED, NEWEST, BOOTS = 4, 5, 14, 41  # in the status block


class FieldPlc(Plc):
    """A PLC with the program of the manual: it connects again for ever, and repeats what was not answered."""

    def __init__(self, cable: Cable, port: int) -> None:
        super().__init__(port)
        self._cable, self._tag = cable, 0
        self.forget()
        self.local_port = 20_000  # many PLCs call from one port, also after a reboot
        self.done: set[int] = set()  # tags of the parts whose result it has seen

    def forget(self) -> None:
        """It was rebooted: TriggerSeq starts again."""
        self._number, self._armed, self._written = 0, False, False

    def dial(self) -> socket.socket:
        return inside(self._cable.plc_end, self._call)

    def _call(self) -> socket.socket:
        sock = socket.socket()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(REQUEST_S)
            sock.bind(("", self.local_port))
            sock.connect((STATION, self.port))
        except BaseException:
            sock.close()
            raise
        return sock

    def part(self, limit_s: float = RESUME_S) -> float:
        """One part, whatever happens meanwhile; return the seconds it took."""
        began = time.monotonic()
        self._tag += 1
        while self._tag not in self.done:
            assert time.monotonic() < began + limit_s, f"triggering did not resume in {limit_s:g} s"
            try:
                self._try()
            except (OSError, ExceptionAnswer, NotInTime):
                self._armed = False
                self.close()
                time.sleep(PAUSE_S)
        return time.monotonic() - began

    def _try(self) -> None:
        if not self.connected:
            self.connect()
        if not self._armed:
            self._arm()
        if not self._written:
            self.status_when(lambda status: status[0] & TRIGGER_READY, REQUEST_S)
            self._number = self._number % 65535 + 1
            self._written = True
        self.write(4, self._number, *[0] * 7, 0, self._tag)
        self.status_when(self._has_result, REQUEST_S)
        self._written = False

    def _arm(self) -> None:
        """At each new connection: TriggerEnable, and a number that the station does not know."""
        self.write(0, 1)
        status = self.read(0, 64)
        while not self._written and self._number in status[SEQ_ACK : SEQ_REJECTED + 1]:
            self._number = self._number % 65535 + 1
        self._armed = True

    def _has_result(self, status: tuple[int, ...]) -> bool:
        if self._number == status[SEQ_REJECTED] != status[SEQ_ACK]:  # else that rejection is of before the reboot
            self._written = False
            raise NotInTime(f"rejected with {status[6]}")
        slot = self.slot(status[NEWEST])
        if u32(slot, 6) == self._tag:
            self.done.add(self._tag)
        return self._tag in self.done

    def power_off(self) -> None:
        """Nobody is told."""
        assert self._socket
        vanish(self._socket)
        self._socket = None
        self.forget()


class Site:
    """Station, cable and PLC."""

    def __init__(self, station: Bench, cable: Cable, chance: random.Random) -> None:
        self.station, self.cable, self.chance = station, cable, chance
        self.plc = FieldPlc(cable, station.port)

    def call(self) -> socket.socket:
        """A connection of the HMI, that has been answered."""
        sock = inside(
            self.cable.plc_end, lambda: socket.create_connection((STATION, self.station.port), REQUEST_S, (HMI, 0))
        )
        try:
            sock.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 4, 26, 1))
            if sock.recv(64):
                return sock
            raise ConnectionError("closed")
        except OSError:
            sock.close()
            raise

    def call_patiently(self) -> socket.socket:
        """Where the outage before may have left a connection that nobody has."""
        end = time.monotonic() + RESUME_S
        while True:
            try:
                return self.call()
            except OSError:
                assert time.monotonic() < end, f"a connection that nobody has is kept for more than {RESUME_S:g} s"
                time.sleep(PAUSE_S)


def half_open(site: Site) -> float:
    """The PLC and an HMI vanish with all connections that there may be; one more was reset at once."""
    ip("-n", site.cable.plc_end, "addr", "add", f"{HMI}/24", "dev", "cable")
    calls = [site.call_patiently() for _ in range(CONNECTIONS - 1)]
    for _ in range(3):
        began = time.monotonic()
        try:
            site.call()
        except TimeoutError:
            raise AssertionError("one over the limit was left hanging") from None
        except ConnectionError:
            assert time.monotonic() < began + RESET_S, "one over the limit was not reset at once"
        else:
            raise AssertionError("one over the limit was let in")
    for sock in calls:
        vanish(sock)
    ip("-n", site.cable.plc_end, "addr", "del", f"{HMI}/24", "dev", "cable")
    site.plc.power_off()
    site.plc.local_port += 1  # so that the station cannot know the connection of before
    return site.plc.part()


def rebooted_plc(site: Site) -> float:
    """The same address, the same port, TriggerSeq from 1."""
    site.plc.power_off()
    site.cable.pull()
    time.sleep(site.chance.uniform(0, 1))
    site.cable.plug_in()
    return site.plc.part()


def pulled_cable(site: Site) -> float:
    """For 5 s, in the middle of the work."""
    site.plc.part()
    if site.chance.random() < 0.5:  # a request is on its way, or an answer
        site.plc.send([struct.pack(">BHH", 4, 0, 64)])
    site.cable.pull()
    site.plc.close() if site.chance.random() < 0.5 else None
    time.sleep(PULLED_S)
    site.cable.plug_in()
    return site.plc.part()


def rebooted_station(site: Site) -> float:
    """Its power goes, and comes back: the next boot_id, no retentive memory, no word to the PLC."""
    running, before = site.station.running, site.plc.read(BOOTS, 1)[0]
    site.cable.pull()
    power_off(running)
    running.forget()
    _next_boot(site.station)
    site.cable.plug_in()
    began = time.monotonic()
    running.start()
    started_s = time.monotonic() - began
    assert started_s < RESUME_S, f"the station took {started_s:.1f} s to start: {running.log[-3000:]}"
    site.plc.part(RESUME_S - started_s)
    assert site.plc.read(BOOTS, 1)[0] == before + 1, "BootCounter"
    return time.monotonic() - began


def _next_boot(station: Bench) -> None:
    """The kernel's boot_id, as the station is going to see it."""
    boot_id = station.running.folder / "boot_id"
    boot_id.write_text(f"{uuid.uuid4()}\n")
    script = f'mount --bind {boot_id} /proc/sys/kernel/random/boot_id && exec "$@"'
    station.running.before = ("unshare", "--mount", "sh", "-c", script, "sh")


OUTAGES: tuple[Callable[[Site], float], ...] = (half_open, rebooted_plc, pulled_cable, rebooted_station)


def outages(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Fails at the first outage that is not over in time, and at the first part that is not stored once."""
    with laid() as cable, ThreadPoolExecutor(1, initializer=enter, initargs=(cable.station_end,)) as inside_station:
        return inside_station.submit(_outages, cable, folder, scale, seed).result()


def _outages(cable: Cable, folder: Path, scale: float, seed: int) -> dict[str, object]:
    chance = random.Random(seed)
    todo = [outage for outage in OUTAGES for _ in range(max(1, round(TIMES * scale)))]
    chance.shuffle(todo)
    took: dict[str, list[float]] = {outage.__name__: [] for outage in OUTAGES}
    settings = {"STATION__BIND": "0.0.0.0", "MODBUS__MAX_CONNECTIONS": str(CONNECTIONS), "OPCUA__ENABLED": "false"}
    environment = {f"VISION_{name}": value for name, value in settings.items()}
    with bench(folder, seed, administered=True, **environment, VISION_MODBUS__WRITE_CONTROL="first") as station:
        site = Site(station, cable, chance)
        with site.plc:
            for outage in todo:
                took[outage.__name__].append(outage(site))
                site.plc.part()
        tags = [row["user_tag"] for row in station.rows()]
    assert len(tags) == len(set(tags)), "a part was judged twice"
    assert site.plc.done <= set(tags), "a result that a PLC has seen is not stored"
    return {name: {"times": len(s), "longest_s": round(max(s), 1)} for name, s in took.items()}
