"""Another release under a running line, from a real bundle, by the installed command."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.bundles import OTHER_AIOHTTP, OTHER_WORKER, other_aiohttp, release_bundle
from tests.deploy.conftest import Install
from tests.deploy.installed import Installed
from tests.deploy.test_generations import Trigger, one_row_each
from tests.patience import until
from tests.plc_side import wired

pytestmark = [pytest.mark.timeout(600), pytest.mark.faults]

NAME = "vision-inspection"


@pytest.fixture(scope="session")
def aiohttp_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of another version than this test's own."""
    found = other_aiohttp(tmp_path_factory.mktemp("aiohttp"))
    if isinstance(found, str):
        pytest.skip(found)
    return found


def upgrade(target: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    """By the current release's own command."""
    command = [target / "opt" / NAME / "current/.venv/bin" / NAME, "upgrade", "--root", target, *words]
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
    )
    print(done.stdout, done.stderr)
    return done


def link(target: Path, name: str = "current") -> str:
    return (target / "opt" / NAME / name).readlink().name


async def test_a_release_with_other_libraries_and_another_worker_takes_over_and_goes_back(
    installed: Callable[..., Installed], target: Path, tmp_path: Path, aiohttp_wheel: Path
) -> None:
    bundle = release_bundle(tmp_path / "b", "0.2.0", OTHER_WORKER, [aiohttp_wheel])
    station = installed()
    main = station.start()
    trigger = Trigger(station.running)
    task = asyncio.create_task(trigger.run())
    await until(lambda: len(trigger.done) > 2)

    done = await asyncio.to_thread(upgrade, target, bundle, "--allow-unsigned")
    assert done.returncode == 0, done.stderr + station.running.log
    assert link(target) == "0.2.0"
    release = (target / "opt" / NAME / "current").resolve()
    assert station.running.has_logged(f"OtherWorker of {release}/.venv, aiohttp {OTHER_AIOHTTP}")
    assert station.running.has_logged(f"{NAME} 0.2.0 serves (generation 2)")
    assert "stay those of 0.1.0 until a restart" in done.stderr
    had = len(trigger.done)
    await until(lambda: len(trigger.done) > had + 2)

    (worker,) = station.running.workers()
    os.kill(worker, 9)  # what the master starts by itself is of the new release too
    await until(lambda: f"{NAME} 0.2.0 serves (generation 3)" in station.running.log)

    done = await asyncio.to_thread(upgrade, target, "--rollback")
    assert done.returncode == 0, done.stderr
    assert (link(target), link(target, "previous")) == ("0.1.0", "0.2.0")
    assert station.running.has_logged(f"{NAME} 0.1.0 serves (generation 4)")
    had = len(trigger.done)
    await until(lambda: len(trigger.done) > had + 2)
    trigger.enough = True
    await task
    assert station.running.process
    assert station.running.process.pid == main
    assert station.running.stop() == 0
    one_row_each(target / "var/lib" / NAME, trigger.done)


BROKEN = {
    "0.3.1": ("service/serving.py", "import logging\n", "import no_such_module\n"),  # its check says so
    "0.3.3": (
        "service/app.py",
        "        app = await serve(",
        '        raise RuntimeError("at the last moment")\n        app = await serve(',
    ),
    "0.3.2": ("service/inheritance.py", "FORMAT = 1\n", "FORMAT = 2\n"),
}
REASONS = {
    "0.3.1": "no_such_module",
    "0.3.3": "at the last moment",
    "0.3.2": "its process ended before it served",
}


async def test_a_release_that_does_not_come_up_leaves_the_old_one_serving(
    installed: Callable[..., Installed], target: Path, tmp_path: Path
) -> None:
    """Each is broken at another time: in its check, at its start, when its predecessor has let go."""
    station = installed()
    station.start()
    bundle = release_bundle(tmp_path / "b", "0.3.0")
    assert (await asyncio.to_thread(upgrade, target, bundle, "--allow-unsigned", "--no-reload")).returncode == 0
    assert (await asyncio.to_thread(upgrade, target, "--rollback", "--no-reload")).returncode == 0
    assert link(target) == "0.1.0"
    for number, (version, reason) in enumerate(REASONS.items()):
        _break(target, version)
        done = await asyncio.to_thread(upgrade, target, "--rollback", version)
        assert done.returncode == 1
        assert reason in done.stderr
        assert "0.1.0 goes on." in done.stderr
        assert (link(target), link(target, "previous")) == ("0.1.0", "0.3.0")
        station.running.wait_healthy()
        async with wired(station.running.modbus) as wire:
            assert (await wire.part()).number == number + 1
    assert station.running.has_logged("of a release that this one cannot follow: restart the station")


def _break(target: Path, version: str) -> None:
    """A copy of a whole release, with one line that is wrong."""
    releases = target / "opt" / NAME / "releases"
    shutil.copytree(releases / "0.3.0", releases / version, symlinks=True)
    name, old, new = BROKEN[version]
    (packages,) = (releases / version / ".venv" / "lib").glob("python3.*/site-packages")
    text = (packages / name).read_text()
    assert old in text
    (packages / name).write_text(text.replace(old, new))


def test_the_installer_needs_no_index(
    install: Install, installed: Callable[..., Installed], target: Path, tmp_path: Path
) -> None:
    """Every package comes from the bundle; what runs afterwards is all that it brought."""
    bundle = release_bundle(tmp_path / "a", "0.1.5")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    refused = install("--bundle", str(bundle), succeeds=False, **nowhere)
    assert "it has no signature" in refused.stderr
    said = install("--bundle", str(bundle), "--allow-unsigned", **nowhere).stderr
    assert f"{NAME} is installed: release 0.1.5" in said
    release = (target / "opt" / NAME / "current").resolve()
    assert release.name == "0.1.5"
    assert not (release / "service").exists(), "it is the wheel's"
    assert not (release / "wheels").exists()
    station = installed("--current")
    station.start()
    asyncio.run(until(lambda: f"{NAME} 0.1.5 serves (generation 1)" in station.running.log))
    assert station.reload().returncode == 0
