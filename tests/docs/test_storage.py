"""What docs/storage.md says can be typed can be typed."""

import asyncio
import json
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from service.settings import Settings
from tests.conftest import ROOT, Running
from tests.plc_side import wired

TEXT = (ROOT / "docs" / "storage.md").read_text()
COMMANDS = [line for line in TEXT.splitlines() if line.startswith("curl ")]


def test_the_example_is_a_configuration() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    archive = Settings.model_validate(tomllib.loads(example)).archive
    assert (archive.passed_days, archive.failed_days, archive.max_gb) == (30, 180, 200)


@pytest.mark.interop
async def test_every_command_does_what_it_says(make_station: Callable[..., Running], tmp_path: Path) -> None:
    running = make_station(VISION_CAMERA__TYPE="simulated")
    async with wired(running.modbus) as wire:
        number = (await wire.part()).number
    assert [line.rpartition("/")[2] for line in COMMANDS] == ["storage", "48213", "pins", "48213", "exports"]
    for command in COMMANDS:
        line = command.replace("http://127.0.0.1:5000", running.url).replace("48213", str(number))
        done = await asyncio.to_thread(
            subprocess.run, ["bash", "-c", line], cwd=tmp_path, capture_output=True, check=True
        )
        if "exports" not in line:
            assert "status" not in json.loads(done.stdout), done.stdout
    assert "results.csv" in zipfile.ZipFile(tmp_path / "failed.zip").namelist()
