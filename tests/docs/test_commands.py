"""Every command of the documents is executed, here or by the test that is named, or says why it cannot be."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.retentive import memory_path
from service.settings import runtime_folder
from tests.conftest import ROOT
from tests.docs.command_blocks import MARK, Block, blocks, pages, program, spoken_of
from tests.service.test_teach_command import picture

ALL = [block for page in pages() for block in blocks(page)]
HERE = {page: found for page in pages() if (found := [block for block in blocks(page) if not block.mark])}
LIMIT_S = 90
MAY_END_WITH = {"vision-inspection doctor": (0, 1)}  # what it finds is this machine's
NEEDS_STATION = re.compile(
    r"//STATION:|127\.0\.0\.1|demo-plc|doctor plc|start_production\.sh (status|reload)|inspection reload"
)
SAME_EVERYWHERE = re.compile(r"vision-inspection (doctor|check)\b")
STARTS = re.compile(r"start_production\.sh.* --daemon")


def test_there_are_commands() -> None:
    assert len(ALL) > 30
    assert sum(map(len, HERE.values())) > 15


@pytest.mark.parametrize("block", [block for block in ALL if block.mark], ids=str)
def test_a_mark_says_why_or_names_a_test_that_runs_it(block: Block) -> None:
    assert MARK.fullmatch(block.mark), (
        f"{block}: {block.mark!r} is none of: needs hardware, needs another program, tested by"
    )
    if not block.test:
        assert len(block.need) >= 10, "a reason"
        return
    path = ROOT / block.test
    assert path.exists(), f"{block}: there is no {block.test}"
    sources = [path] if path.is_file() else sorted(path.rglob("*.py"))
    source = "".join(each.read_text("utf-8") for each in [*sources, *path.parent.glob("conftest.py")])
    for line in block.lines:
        assert any(word in source for word in spoken_of(line)), f"{block}: {block.test} does not know {line}"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (
            "<!-- needs hardware: a light controller -->\n```\nlight on\n```\n",
            "<!-- needs hardware: a light controller -->",
        ),
        ("words\n\n<!-- tested by x: y -->\n\n```sh\nls\n```\n", "<!-- tested by x: y -->"),
        ("<!-- of something else -->\nwords\n\n```\nls\n```\n", ""),
    ],
)
def test_a_mark_stands_right_before_its_block(tmp_path: Path, text: str, mark: str) -> None:
    (tmp_path / "page.md").write_text(text)
    (block,) = blocks("page.md", tmp_path)
    assert block.mark == mark


def test_what_is_no_command_has_a_language(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```toml\na = 1\n```\n\n```text\nsaid\n```\n\n```\nls \\\n  -l # all\n\n# none\n```\n"
    )
    (block,) = blocks("page.md", tmp_path)
    assert block.lines == ["ls    -l # all"]


@dataclass
class Sandbox:
    """A checkout with its environment, in a network where the ports of the documents are free."""

    folder: Path
    network: int  # a process in it
    variables: dict[str, str]
    typed: set[str] = field(default_factory=set)  # what need not be typed again

    def run(self, line: str) -> "subprocess.CompletedProcess[str]":
        inside = ["nsenter", f"--net=/proc/{self.network}/ns/net", "bash", "-euo", "pipefail", "-c", line]
        return subprocess.run(
            inside,
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def type(self, line: str) -> None:
        """As a person would; a station runs where the line needs one."""
        if SAME_EVERYWHERE.search(line):
            if line in self.typed:
                return
            self.typed.add(line)
        if STARTS.search(line):
            self.run("deploy/start_production.sh stop")
        elif NEEDS_STATION.search(line) and self.run("deploy/start_production.sh status").returncode == 3:
            started = self.run("deploy/start_production.sh --daemon")
            assert started.returncode == 0, started.stderr
        done = self.run(line.replace("//STATION:", "//127.0.0.1:"))
        allowed = next((codes for start, codes in MAY_END_WITH.items() if start in line), (0,))
        assert done.returncode in allowed, f"{line}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def network() -> Iterator[int]:
    if os.geteuid() != 0:
        pytest.skip("only root may make a network of its own")
    made = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"], stdout=-1
    )
    assert made.stdout
    if made.stdout.readline() != b"up\n":
        pytest.skip("no network of its own may be made here")
    yield made.pid
    made.kill()
    made.communicate()


@pytest.fixture(scope="module")
def sandbox(network: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("service", "protocols", "vision", "docs", "benchmarks", "examples", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for tool in Path(sys.executable).parent.iterdir():
        (programs / tool.name).symlink_to(tool)
    for name, words in {"python": "", "gunicorn": "-m gunicorn", "vision-inspection": "-m service.cli"}.items():
        _script(programs / name, f'exec "{sys.executable}" {words} "$@"')
    _script(folder / "bin" / "sudo", 'exec "$@"')
    _script(folder / "bin" / "curl", 'exec /usr/bin/curl --fail-with-body -sS "$@"')
    _script(folder / "bin" / "vision-inspection", f'exec "{programs}/vision-inspection" "$@"')
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VISION_", "GUNICORN_", "CONFIG_", "PYTHON"))
    }
    variables = inherited | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    made = Sandbox(folder, network, variables)
    mark = (
        '. deploy/environment.sh; printf %s "$(lock_mark deploy/requirements.lock)" >.venv/.made-lock; '
        'printf %s "$(project_mark)" >.venv/.made-project'
    )
    assert made.run(mark).returncode == 0
    yield made
    made.run("deploy/start_production.sh stop")
    memory_path(folder / "data", runtime_folder()).unlink(missing_ok=True)


def _script(path: Path, line: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def _first_recipe(folder: Path) -> None:
    """What its reader has when he comes to the first command."""
    (folder / "images").mkdir()
    for name, spot in (("good1", False), ("good2", False), ("bad1", True)):
        picture(folder / "images" / f"{name}.png", spot=spot)
    (draft,) = re.findall(r"```json\n(.*?)```", (ROOT / "docs/first-recipe.md").read_text("utf-8"), re.DOTALL)
    (folder / "config/recipes/plate").mkdir()
    (folder / "config/recipes/plate/draft.json").write_text(draft)


def _edited(folder: Path) -> None:
    """A draft that is not as the version before."""
    draft = folder / "config/recipes/plate/draft.json"
    draft.write_text(json.dumps(json.loads(draft.read_text()) | {"time_limit_ms": 60_000}))


PREPARED: dict[str, Callable[[Path], None]] = {  # before a page, or before a line
    "docs/first-recipe.md": _first_recipe,
    ".venv/bin/vision-inspection release plate     # the draft becomes the next version": _edited,
}


@pytest.mark.interop
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", HERE)
def test_the_commands_of_a_page_work_as_they_stand_there(page: str, sandbox: Sandbox) -> None:
    if prepare := PREPARED.get(page):
        prepare(sandbox.folder)
    for block in HERE[page]:
        for line in block.lines:
            if prepare := PREPARED.get(line):
                prepare(sandbox.folder)
            name = program(line)
            if name in ("mbpoll", "curl") and shutil.which(name) is None:
                pytest.skip(f"{name} is not installed: apt-get install {name}")
            sandbox.type(line)
