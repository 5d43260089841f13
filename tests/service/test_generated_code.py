"""The code of dataclasses, kept over starts."""

import dataclasses
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest

from service import generated_code

ROOT = Path(__file__).resolve().parents[2]


def make() -> type:
    return dataclasses.make_dataclass("Part", [("number", int), ("weight_g", float, 2.5)], frozen=True, order=True)


@pytest.fixture(autouse=True)
def as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests replace is put back."""
    monkeypatch.setitem(vars(dataclasses), "exec", exec)
    compiler = vars(re)["_compiler"]
    for name in ("compile", "_sre"):
        monkeypatch.setitem(vars(compiler), name, vars(compiler)[name])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = generated_code.record()
    make()
    assert found.classes
    vars(dataclasses)["exec"] = exec
    generated_code.write(found, tmp_path / "made" / "code.bin")
    return tmp_path / "made" / "code.bin"


def test_a_class_of_kept_code_is_the_same_and_nothing_is_compiled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> CodeType:
        raise AssertionError("compiled")

    generated_code.use(file)
    monkeypatch.setattr(generated_code, "compile", refused, raising=False)
    part = make()
    assert repr(part(7)) == "Part(number=7, weight_g=2.5)"
    assert part(1) == part(1) < part(2)
    assert hash(part(1)) == hash(part(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        part(1).number = 2
    with pytest.raises(AssertionError, match="compiled"):
        dataclasses.make_dataclass("Other", ["unknown"])


@pytest.mark.parametrize("damage", ["cut", "other Python", "no dictionary", "gone"])
def test_a_file_that_is_no_use_changes_nothing(file: Path, damage: str) -> None:
    content = file.read_bytes()
    magic = importlib.util.MAGIC_NUMBER
    damaged = {"cut": content[:-20], "other Python": b"old!" + content[len(magic) :], "no dictionary": magic + b"N"}
    file.unlink()
    if damage in damaged:
        file.write_bytes(damaged[damage])
    generated_code.use(file)
    assert vars(dataclasses)["exec"] is exec
    assert make()(1).weight_g == 2.5


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_a_start_finds_all_of_its_code(tmp_path: Path) -> None:
    """In a copy of the sources, as an installer leaves them."""
    for name in ("service", "protocols", "vision", "config"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "dist", "src")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    subprocess.run([sys.executable, "-m", "service.precompile"], cwd=tmp_path, check=True, timeout=300)
    made = tmp_path / "service" / "__pycache__"
    assert {one.stat().st_mode & 0o777 for one in (made / generated_code.FILE.name, made / "opcua-types.cache")} == {
        0o644
    }
    looked = (
        "from service import generated_code as code\n"
        "known = code.read(code.FILE); kept = len(known.classes)\n"
        "code.execute_by(known.classes)\n"
        "import service.birth, service.worker, service.app, service.api; service.api.routes()\n"
        "import asyncio; from service.opcua_setup import INSTALLED\n"
        "from protocols.opcua import StationSpace\n"
        "assert StationSpace(True, None, INSTALLED)._read()\n"
        "print(kept, len(known.classes))"
    )
    said = subprocess.run([sys.executable, "-c", looked], cwd=tmp_path, check=True, stdout=subprocess.PIPE, text=True)
    kept, now = map(int, said.stdout.split())
    assert kept == now > 2000
