"""What the documents tell a newcomer to type works on a real station."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str, language: str = "") -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def wait_ready(station) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + 60
    while "camera ready" not in station.log:
        assert time.monotonic() < end, station.log
        time.sleep(0.05)


def test_the_opcua_example_triggers_a_part(station, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    wait_ready(station)
    program = next(block for block in blocks("docs/opcua.md", "python") if "Cmd.Trigger" in block)
    (tmp_path / "data").symlink_to(station.folder / "data")
    example = tmp_path / "example.py"
    example.write_text(program.replace(":4840/", f":{station.opcua}/"))
    done = subprocess.run(
        [sys.executable, example], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("PASS", "FAIL")


def said(command: str) -> str:
    done = subprocess.run(command.split(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.mark.interop
def test_the_first_trigger_of_the_readme(station) -> None:  # type: ignore[no-untyped-def]
    if shutil.which("mbpoll") is None:
        pytest.skip("mbpoll is not installed: apt-get install mbpoll")
    wait_ready(station)
    commands = next(block for block in blocks("README.md") if block.startswith("mbpoll"))
    lines = [line.partition("#")[0].replace("-p 5020", f"-p {station.modbus}") for line in commands.splitlines()]
    for line in lines[:3]:
        said(line)
    end = time.monotonic() + 60
    while (values := re.findall(r"^\[\d+\]:\s+(\d+)", said(lines[3]), re.MULTILINE))[1] != "7":
        assert time.monotonic() < end, values
    said(lines[4])
    assert values[:2] == ["1", "7"]
    assert values[2] in ("3", "5")
    assert values[3] == "1"
