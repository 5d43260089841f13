"""What the machine says of itself: disk, threads, temperatures, throttling. Blocks: for a thread."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from service.store.database import FILE

from . import table
from .metric import Metric, Value

TASKS = Path("/proc/self/task")
SYS = Path("/sys")
_THROTTLED = "devices/platform/soc*/*:firmware/get_throttled"  # of Raspberry Pi's kernel, hexadecimal
CONDITIONS = ("under_voltage", "frequency_capped", "throttled", "soft_temperature_limit")  # bits 0-3; 16-19 since boot
_DATABASE = {"database": FILE, "log": f"{FILE}-wal"}


class Machine:
    """What cannot be read is left out."""

    def __init__(self, data_folder: Path, sys: Path | None = None) -> None:
        """`sys`: the kernel's files about devices; None = where they are."""
        self._folder, self._sys = data_folder, sys or SYS

    def values(self) -> list[Value]:
        """As it is now."""
        found: list[Value] = []
        parts: tuple[Callable[[], Iterator[Value]], ...] = (
            self._disk,
            self._database,
            self._threads,
            self._temperatures,
            self._throttling,
        )
        for part in parts:
            with suppress(OSError, ValueError):
                found.extend(part())
        return found

    def _disk(self) -> Iterator[Value]:
        stat = os.statvfs(self._folder)
        yield Value(table.DISK_FREE, stat.f_bavail * stat.f_frsize)
        yield Value(table.DISK_SIZE, stat.f_blocks * stat.f_frsize)

    def _database(self) -> Iterator[Value]:
        for file, name in _DATABASE.items():
            with suppress(FileNotFoundError):
                yield Value(table.DATABASE_SIZE, (self._folder / name).stat().st_size, (file,))

    def _threads(self) -> Iterator[Value]:
        yield Value(table.THREADS, len(list(TASKS.iterdir())))

    def _temperatures(self) -> Iterator[Value]:
        """By zone; where two have one name, the hotter one."""
        hottest: dict[str, float] = {}
        for zone in sorted(self._sys.glob("class/thermal/thermal_zone*")):
            with suppress(OSError, ValueError):  # a zone that is switched off refuses
                name = (zone / "type").read_text().strip()
                celsius = int((zone / "temp").read_text()) / 1000
                hottest[name] = max(celsius, hottest.get(name, celsius))
        yield from (Value(table.TEMPERATURE, celsius, (name,)) for name, celsius in hottest.items())

    def _throttling(self) -> Iterator[Value]:
        for file in self._sys.glob(_THROTTLED):
            bits = int(file.read_text(), 16)
            yield from _flags(table.THROTTLED, bits)
            yield from _flags(table.THROTTLED_BEFORE, bits >> 16)
            return
        for monitor in self._sys.glob("class/hwmon/hwmon*"):  # kernels without that file
            if (monitor / "name").read_text().strip() == "rpi_volt":
                yield Value(table.THROTTLED, int((monitor / "in0_lcrit_alarm").read_text()), (CONDITIONS[0],))


def _flags(metric: Metric, bits: int) -> Iterator[Value]:
    return (Value(metric, bits >> bit & 1, (condition,)) for bit, condition in enumerate(CONDITIONS))
