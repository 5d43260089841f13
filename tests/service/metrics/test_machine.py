"""What the machine says, on a Raspberry Pi and elsewhere; its kernel's files are drawn in a folder."""

from pathlib import Path

import pytest

from service.metrics import table
from service.metrics.machine import Machine
from service.metrics.metric import Metric


def told(machine: Machine, metric: Metric) -> dict[tuple[str, ...], float]:
    return {value.labels: value.value for value in machine.values() if value.metric is metric}


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """Of a Raspberry Pi: under-voltage now; that and throttling since it booted."""
    for zone, kind, milli in ((0, "cpu-thermal", "61234"), (1, "cpu-thermal", "58000"), (2, "rp1", "45500")):
        folder = tmp_path / "class/thermal" / f"thermal_zone{zone}"
        folder.mkdir(parents=True)
        (folder / "type").write_text(f"{kind}\n")
        (folder / "temp").write_text(f"{milli}\n")
    firmware = tmp_path / "devices/platform/soc/soc:firmware"
    firmware.mkdir(parents=True)
    (firmware / "get_throttled").write_text("50001\n")
    return tmp_path


def test_temperatures_of_one_name_are_the_hotter_one(sysfs: Path, tmp_path: Path) -> None:
    assert told(Machine(tmp_path, sys=sysfs), table.TEMPERATURE) == {("cpu-thermal",): 61.234, ("rp1",): 45.5}


def test_throttling_now_and_since_boot(sysfs: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path, sys=sysfs)
    now, before = told(machine, table.THROTTLED), told(machine, table.THROTTLED_BEFORE)
    assert {condition for (condition,), holds in now.items() if holds} == {"under_voltage"}
    assert {condition for (condition,), holds in before.items() if holds} == {"under_voltage", "throttled"}
    assert len(now) == len(before) == 4


def test_on_a_pi_5_the_file_lies_elsewhere(tmp_path: Path) -> None:
    firmware = tmp_path / "devices/platform/soc@107c000000/soc@107c000000:firmware"
    firmware.mkdir(parents=True)
    (firmware / "get_throttled").write_text("8\n")
    now = told(Machine(tmp_path, sys=tmp_path), table.THROTTLED)
    assert {condition for (condition,), holds in now.items() if holds} == {"soft_temperature_limit"}


def test_a_kernel_without_that_file_tells_of_the_voltage(tmp_path: Path) -> None:
    for number, (name, file) in enumerate((("cpu_thermal", "temp1_input"), ("rpi_volt", "in0_lcrit_alarm"))):
        monitor = tmp_path / f"class/hwmon/hwmon{number}"
        monitor.mkdir(parents=True)
        (monitor / "name").write_text(f"{name}\n")
        (monitor / file).write_text("1\n")
    machine = Machine(tmp_path, sys=tmp_path)
    assert told(machine, table.THROTTLED) == {("under_voltage",): 1}
    assert told(machine, table.THROTTLED_BEFORE) == {}


def test_elsewhere_both_are_absent_and_the_rest_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path, sys=tmp_path / "no sysfs")
    for metric in (table.TEMPERATURE, table.THROTTLED, table.THROTTLED_BEFORE):
        assert told(machine, metric) == {}
    (free,), (size,) = told(machine, table.DISK_FREE).values(), told(machine, table.DISK_SIZE).values()
    assert 0 < free <= size
    (threads,) = told(machine, table.THREADS).values()
    assert threads >= 1


def test_a_zone_that_is_switched_off_hides_no_other(sysfs: Path, tmp_path: Path) -> None:
    (sysfs / "class/thermal/thermal_zone2/temp").unlink()
    (sysfs / "class/thermal/thermal_zone1/temp").write_text("not a number\n")
    assert told(Machine(tmp_path, sys=sysfs), table.TEMPERATURE) == {("cpu-thermal",): 61.234}


def test_the_database_is_as_large_as_its_files(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert told(machine, table.DATABASE_SIZE) == {}
    (tmp_path / "results.sqlite").write_bytes(bytes(5000))
    assert told(machine, table.DATABASE_SIZE) == {("database",): 5000}
    (tmp_path / "results.sqlite-wal").write_bytes(bytes(70))
    assert told(machine, table.DATABASE_SIZE) == {("database",): 5000, ("log",): 70}


def test_a_data_folder_that_has_gone_hides_nothing_else(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "gone")
    assert told(machine, table.DISK_FREE) == {}
    assert told(machine, table.THREADS)
