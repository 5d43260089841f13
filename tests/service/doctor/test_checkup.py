"""What the doctor finds on a machine: below a folder that stands for the kernel's, and on this one."""

import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from service.cli import main
from service.doctor.checkup import (
    Finding,
    Subject,
    Verdict,
    camera,
    clock,
    configuration,
    disk,
    examine,
    memory,
    permissions,
    ports,
    processor,
    running,
    software,
)
from service.doctor.checkup.asked import parsed
from service.doctor.checkup.examine import Check
from service.doctor.checkup.finding import ok
from service.doctor.checkup.subject import look
from service.generations import RunState
from service.settings import Settings
from tests.conftest import free_port

MEMINFO = "MemTotal: {} kB\nMemAvailable: {} kB\nSwapTotal: 1000000 kB\nSwapFree: {} kB\n"


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """A station that is not running, with its files below the test's folder."""
    free = {name: {"port": free_port()} for name in ("http", "modbus", "opcua")}
    station = {"data_folder": str(tmp_path / "data"), "recipe_folder": "config/recipes"}
    (tmp_path / "data").mkdir()
    return Subject(Settings.model_validate({"station": station} | free), root=tmp_path)


def found(check: Check, subject: Subject) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(subject, (check,))}


def put(subject: Subject, path: str, text: str) -> None:
    file = subject.of_system(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def changed(subject: Subject, section: str, **values: object) -> Subject:
    assert subject.settings
    given = subject.settings.model_dump()
    given[section] = given[section] | values
    return replace(subject, settings=Settings.model_validate(given))


@pytest.mark.parametrize(
    ("total", "available", "swap_free", "verdicts"),
    [
        pytest.param(8_000_000, 4_000_000, 1_000_000, ("ok", "ok"), id="plenty"),
        pytest.param(8_000_000, 200_000, 1_000_000, ("wrong", "ok"), id="nothing left"),
        pytest.param(1_000_000, 600_000, 1_000_000, ("slow", "ok"), id="a machine of 1 GB"),
        pytest.param(8_000_000, 4_000_000, 100_000, ("ok", "slow"), id="it swaps"),
    ],
)
def test_memory(subject: Subject, total: int, available: int, swap_free: int, verdicts: tuple[str, str]) -> None:
    put(subject, "proc/meminfo", MEMINFO.format(total, available, swap_free))
    assert found(memory.main, subject)["memory.free"].verdict == verdicts[0]
    assert found(memory.swap, subject)["memory.swap"].verdict == verdicts[1]


@pytest.mark.parametrize(
    ("governors", "verdict"), [((), "unknown"), (("performance",) * 2, "ok"), (("ondemand",), "slow")]
)
def test_governor(subject: Subject, governors: tuple[str, ...], verdict: str) -> None:
    for core, name in enumerate(governors):
        put(subject, f"sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor", f"{name}\n")
    finding = found(processor.governor, subject)["processor.governor"]
    assert finding.verdict == verdict
    assert ("performance" in finding.remedy) is (verdict == "slow")


def test_a_hot_raspberry_that_was_held_back_says_so(subject: Subject) -> None:
    put(subject, "sys/class/thermal/thermal_zone0/type", "cpu-thermal\n")
    put(subject, "sys/class/thermal/thermal_zone0/temp", "84200\n")
    put(
        subject, "sys/devices/platform/soc/soc:firmware/get_throttled", "50001\n"
    )  # now, and before: under-voltage; throttled before
    said = found(processor.temperature, subject)
    assert said["processor.throttling"].verdict == Verdict.SLOW
    assert {f.seen for f in examine(subject, (processor.temperature,)) if f.name == "processor.throttling"} == {
        "held back now: under_voltage",
        "held back since the start: throttled",
    }
    assert (said["processor.temperature"].verdict, said["processor.temperature"].seen) == ("slow", "84 °C")


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("ext4", "ok"), ("nfs4", "wrong"), ("tmpfs", "wrong"), ("vfat", "wrong"), ("overlay", "wrong")],
)
def test_file_system_of_the_data_folder(subject: Subject, tmp_path: Path, kind: str, verdict: str) -> None:
    mounts = f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n36 22 8:2 / {tmp_path.resolve()} rw - {kind} /dev/sdb1 rw\n"
    put(subject, "proc/self/mountinfo", mounts + "40 22 8:3 / /elsewhere rw - xfs /dev/sdc1 rw\n")
    finding = found(disk.kind, subject)["disk.kind"]
    assert (finding.verdict, "/dev/sdb1" in finding.seen) == (verdict, True)


def test_a_disk_is_measured_and_judged(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert subject.settings
    times_ms = disk.sync_times_ms(subject.settings.station.data_folder)
    assert len(times_ms) == disk.WRITES or sum(times_ms) >= 1000 * disk.LIMIT_S / 2
    assert min(times_ms) > 0
    assert not list(subject.settings.station.data_folder.iterdir())
    monkeypatch.setattr(disk, "TYPICAL_MS", min(times_ms) / 1000)
    assert found(disk.sync, subject)["disk.sync"].verdict == "slow"


def test_a_full_disk_says_what_stops(subject: Subject) -> None:
    assert found(disk.space, changed(subject, "archive", min_free_mb=1 << 40))["disk.space"].verdict == "wrong"
    finding = found(disk.space, changed(subject, "store", min_free_mb=1 << 40))["disk.space"]
    assert "nothing is stored" in finding.seen


def test_a_taken_port_names_who_has_it(subject: Subject) -> None:
    assert subject.settings
    with socket.socket() as other:
        other.bind(("127.0.0.1", subject.settings.modbus.port))
        other.listen()
        said = found(ports.listening, subject)
    assert {name: each.verdict for name, each in said.items()} == {
        "ports.http": "ok",
        "ports.modbus": "wrong",
        "ports.opcua": "ok",
    }
    assert f"process {os.getpid()}" in said["ports.modbus"].seen
    assert "modbus.port" in said["ports.modbus"].remedy


def test_a_station_that_does_not_have_its_port(subject: Subject) -> None:
    runs = replace(subject, running=RunState(os.getpid(), worker=os.getpid()))
    assert found(ports.listening, runs)["ports.http"].verdict == "wrong"


def test_a_camera_is_tried_where_no_station_has_it(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISION_CAMERA__TYPE", "folder")
    monkeypatch.setenv("VISION_CAMERA__PATH", str(tmp_path / "none"))
    finding = found(camera.delivers, subject)["camera"]
    assert finding.verdict == "wrong"
    assert str(tmp_path / "none") in finding.seen


def test_a_camera_belongs_to_the_station_that_runs(subject: Subject) -> None:
    runs = replace(subject, running=RunState(1))
    assert found(camera.delivers, runs)["camera"].verdict == "unknown"
    assert found(camera.delivers, replace(runs, not_ready={}))["camera"].verdict == "ok"
    gone = found(camera.delivers, replace(runs, not_ready={"camera": "no answer"}))["camera"]
    assert (gone.verdict, "no answer" in gone.seen) == ("wrong", True)


def test_a_device_that_is_not_there_names_those_that_are(subject: Subject) -> None:
    assert subject.settings
    settings = subject.settings.model_dump() | {"camera": {"type": "opencv", "source": 3}}
    with_camera = replace(subject, settings=Settings.model_validate(settings))
    put(subject, "dev/video0", "")
    finding = found(camera.device, with_camera)["camera.device"]
    assert (finding.verdict, "video0" in finding.seen) == ("wrong", True)
    put(subject, "dev/video3", "")
    assert found(camera.device, with_camera)["camera.device"].verdict == "ok"


def test_secrets_that_others_may_read(subject: Subject, tmp_path: Path) -> None:
    token = tmp_path / "data" / "token"
    token.write_text("x" * 43)
    token.chmod(0o640)
    finding = found(permissions.secrets, subject)["permissions.secrets"]
    assert (finding.verdict, finding.remedy.startswith(f"chmod 600 {token}")) == ("wrong", True)
    token.chmod(0o600)
    assert found(permissions.secrets, subject)["permissions.secrets"].verdict == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_another_user_in_the_data_folder(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "data" / "results.db").touch()
    os.chown(tmp_path / "data" / "results.db", 65534, 65534)
    assert found(permissions.folders, subject)["permissions.owner"].verdict == "wrong"


def test_missing_and_other_packages(subject: Subject, tmp_path: Path) -> None:
    elsewhere = replace(subject, program=tmp_path)
    assert found(software.packages, elsewhere)["software.packages"].verdict == "unknown"
    put(
        subject,
        software.LOCK,
        "pytest==0.1 \\\n    --hash=sha256:00\nnot-there-at-all==1.0\nonly-elsewhere==1 ; sys_platform == 'win32'\n",
    )
    said = list(examine(elsewhere, (software.packages,)))
    assert [(f.verdict, f.seen.split(" ")[-1]) for f in said] == [("wrong", "not-there-at-all"), ("unknown", "0.1)")]
    put(subject, software.LOCK, f"pytest=={pytest.__version__}\n")
    assert found(software.packages, elsewhere)["software.packages"].verdict == "ok"


def test_a_console_that_is_not_built(subject: Subject, tmp_path: Path) -> None:
    assert found(software.console, replace(subject, program=tmp_path))["software.console"].verdict == "wrong"


TOLD = """
# TYPE vision_loop_lag_seconds histogram
vision_loop_lag_seconds_bucket{le="0.001"} 900
vision_loop_lag_seconds_bucket{le="0.01"} 995
vision_loop_lag_seconds_bucket{le="+Inf"} 1000
vision_alarm_active{number="402",name="disk_low",severity="warning"} 1
vision_alarm_active{number="101",name="camera_lost",severity="error"} 0
vision_clock_synchronised 1
"""


def test_what_a_running_station_tells(subject: Subject) -> None:
    runs = replace(subject, running=RunState(1), not_ready={"opcua": "port taken"}, samples=parsed(TOLD))
    said = {f.name: f for check in (*running.CHECKS, *clock.CHECKS) for f in examine(runs, (check,))}
    assert said["station.opcua"].verdict == "wrong"
    assert (said["station.loop"].verdict, "within 10 ms" in said["station.loop"].seen) == ("slow", True)
    assert said["alarm.402"].remedy.startswith("Free some space")
    assert "alarm.101" not in said
    assert said["clock.synchronisation"].verdict == "ok"


def test_a_reload_that_failed_is_told(subject: Subject) -> None:
    runs = replace(subject, running=RunState(1, alive=1, failed=2, trouble="recipe x"), silence="refused")
    said = found(running.station, runs)
    assert "recipe x" in said["station.reload"].seen
    assert (said["station"].verdict, "refused" in said["station"].seen) == ("wrong", True)


def test_one_check_that_fails_hides_no_other(subject: Subject) -> None:
    def broken(_: Subject) -> list[Finding]:
        raise PermissionError(13, "Permission denied", "/proc/1/fd")

    def fine(_: Subject) -> list[Finding]:
        return [ok("fine", "it is")]

    assert [f.verdict for f in examine(subject, (broken, fine))] == ["unknown", "ok"]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give this process a settings file."""

    def give(settings: str) -> None:
        (tmp_path / "station.toml").write_text(settings)
        monkeypatch.setenv("CONFIG_PATH", str(tmp_path / "station.toml"))

    return give


def test_settings_that_do_not_hold_are_findings(shell: Callable[[str], None], tmp_path: Path) -> None:
    shell('[modbus]\nprot = 1\n[station]\nrecipe_folder = "gone"\n')
    subject = look(tmp_path)
    assert subject.settings is None
    said = found(configuration.settings, subject)["settings"]
    assert (said.verdict, "did you mean modbus.port" in said.seen) == ("wrong", True)
    assert found(configuration.recipes, subject)["recipes"].verdict == "wrong"
    assert [list(examine(subject, (check,))) for check in (ports.listening, disk.sync, camera.delivers)] == [[], [], []]


def test_the_command_ends_with_1_where_something_is_wrong(
    shell: Callable[[str], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shell(
        f'[station]\ndata_folder = "{tmp_path / "data"}"\nrecipe_folder = "gone"\n'
        '[camera]\ntype = "folder"\npath = "x"\n'
    )
    assert main(["doctor", "--json"]) == 1
    findings = {each["name"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["recipes"]["verdict"] == "wrong"
    assert {name.split(".")[0] for name in findings} >= {
        "software", "settings", "station", "camera", "ports", "permissions", "clock", "disk", "processor", "memory",
    }  # fmt: skip
    assert all(each["remedy"] for each in findings.values() if each["verdict"] in ("wrong", "slow"))
