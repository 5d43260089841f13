"""The container image: its file as its linter wants it, and its command run as an engine would run it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from sysconfig import get_path

import pytest

from service.settings import Settings
from tests.conftest import ROOT, Running
from tests.deploy.container_image import DOCKERFILE, PACKAGES, Image
from tests.deploy.test_confinement import readable_for

IMAGE = Image()
PROGRAM, DATA, MEMORY = "/opt/vision-inspection", "/var/lib/vision-inspection", "/run/vision-inspection"
STOP_S = 10  # stop_grace_period of the Compose file

# What an engine does with `--read-only`, `--cap-drop ALL` and no new privileges, in a mount namespace of its own.
ENGINE = f"""
set -e
mount -t tmpfs none /var/lib; mkdir {DATA}; mount --bind "$1" {DATA}
mount -t tmpfs none /run; mkdir -m 750 {MEMORY}; chown {IMAGE.user}:{IMAGE.user} {MEMORY}
mount -t tmpfs none /opt; mkdir {PROGRAM}; mount --bind "$2" {PROGRAM}; mount --bind "$3" {PROGRAM}/{PACKAGES}
mount -t tmpfs -o mode=1777 none /tmp
for place in /opt /run /var/lib {PROGRAM} /; do mount -o remount,ro,bind "$place"; done
mount -t tmpfs -o mode=750,uid={IMAGE.user},gid={IMAGE.user} none {MEMORY}
cd {PROGRAM}; shift 3
exec setpriv --reuid={IMAGE.user} --regid={IMAGE.user} --clear-groups --no-new-privs \
  --inh-caps=-all --bounding-set=-all "$@"
"""


def test_the_image_is_that_of_a_program_and_of_no_shell() -> None:
    first, second = IMAGE.all("FROM")
    assert first == f"{second} AS build", "the environment's Python is the same file in both"
    assert IMAGE.user >= 10_000, "a number, so that an engine can tell that it is not root"
    assert IMAGE.command[0] == "gunicorn"
    assert IMAGE.health[0] == "python"
    assert IMAGE.last("STOPSIGNAL") == "SIGTERM"
    assert [name for name in IMAGE.copied if not (ROOT / name).exists()] == []


def test_its_ports_folders_and_variables_are_the_settings() -> None:
    settings = Settings()
    assert IMAGE.last("EXPOSE").split() == [str(each.port) for each in (settings.http, settings.modbus, settings.opcua)]
    assert f":{settings.http.port}/healthz" in IMAGE.health[-1]
    own = {name: value for name, value in IMAGE.variables.items() if name.startswith("VISION_")}
    for name, value in own.items():
        section, key = name.removeprefix("VISION_").lower().split("__")
        assert key in type(getattr(settings, section)).model_fields, f"{name}={value}"
    assert IMAGE.last("VOLUME") == f'["{own["VISION_STATION__DATA_FOLDER"]}"]'


def test_the_build_sends_what_it_copies_and_nothing_else() -> None:
    kept = {line[1:] for line in DOCKERFILE.with_name("Dockerfile.dockerignore").read_text().split() if line[0] == "!"}
    assert kept == set(IMAGE.copied)


@pytest.mark.interop
def test_its_linter_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def roots() -> Iterator[tuple[Path, Path]]:
    """The data folder of the image, and its program."""
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    data, program = folder / "data", folder / "program"
    data.mkdir()
    IMAGE.lay_out(program)
    shutil.copytree(program / "config/recipes", data / "recipes")
    for path in (data, *data.rglob("*")):
        os.chown(path, IMAGE.user, IMAGE.user)
    yield data, program
    shutil.rmtree(folder)


def may_mount() -> bool:
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/opt"]
    return os.geteuid() == 0 and subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.interop
@pytest.mark.timeout(300)
def test_its_command_runs_read_only_as_nobody_and_stops_in_time(roots: tuple[Path, Path], tmp_path: Path) -> None:
    """No engine is asked: the kernel gives what one would."""
    if not may_mount():
        pytest.skip("no mount namespaces here (root is needed)")
    if not readable_for(IMAGE.user):
        pytest.skip("Python or the tests lie where no other user may read")
    running = Running(tmp_path)
    ports = {f"VISION_{name}__PORT": str(getattr(running, name.lower())) for name in ("HTTP", "MODBUS", "OPCUA")}
    variables = IMAGE.variables | ports | {"VISION_STATION__BIND": "127.0.0.1", "HOME": "/", "CONFIG_PATH": ""}
    path = f"{PROGRAM}/.venv/bin:{os.environ['PATH']}"
    with (tmp_path / "station.log").open("wb") as log:
        running.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", ENGINE, "engine", *map(str, roots), get_path("purelib"), *IMAGE.command],
            env=variables | {"PATH": path},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        running.wait_healthy()
        running.wait_ready()
        assert Path(f"/proc/{running.process.pid}").stat().st_uid == IMAGE.user
        assert "NoNewPrivs:\t1\nSeccomp" in Path(f"/proc/{running.process.pid}/status").read_text()
        assert is_healthy(running)
        began = time.monotonic()
        running.process.send_signal(getattr(signal, IMAGE.last("STOPSIGNAL")))
        assert running.process.wait(STOP_S) == 0
        assert time.monotonic() - began < STOP_S / 2
        assert not is_healthy(running)
    finally:
        running.stop()
    refused = [line for line in running.log.splitlines() if "ermission" in line or "Read-only" in line]
    assert refused == []
    assert "Traceback" not in running.log


def is_healthy(running: Running) -> bool:
    code = IMAGE.health[-1].replace(":5000/", f":{running.http}/")
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
