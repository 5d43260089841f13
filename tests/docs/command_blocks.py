"""The fenced blocks of the documents that a person would type, and what is said about each.

A block without a language, or with ``sh``, is commands. What is not executed here says so in a comment before it:

    <!-- needs hardware: a camera of Basler's -->
    <!-- needs another program: systemd as the first process -->
    <!-- tested by tests/deploy/test_install.py: below another root -->
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

COMMANDS = ("", "sh", "bash", "console")
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(
    r"<!-- (?:(?P<need>needs hardware|needs another program)|tested by (?P<test>\S+)): (?P<reason>.+) -->"
)
COMMENT = re.compile(r"<!--.*-->\s*\Z")


@dataclass(frozen=True)
class Block:
    """One block of commands."""

    page: str
    line: int  # of its fence
    text: str
    mark: str = ""  # the comment right before it

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def lines(self) -> list[str]:
        """Commands, joined where a backslash ends a line; no comments."""
        joined = self.text.replace("\\\n", " ").splitlines()
        return [line.strip() for line in joined if line.strip() and not line.lstrip().startswith("#")]

    @property
    def need(self) -> str:
        """Why nothing executes it; "" = something does."""
        found = MARK.fullmatch(self.mark)
        return found["reason"] if found and found["need"] else ""

    @property
    def test(self) -> str:
        """The test that executes it; "" = none but the walker."""
        found = MARK.fullmatch(self.mark)
        return (found["test"] or "") if found else ""


def pages() -> list[str]:
    """Of the manual, those that are made too."""
    found = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "templates" not in path.parts]
    return ["README.md", "CONTRIBUTING.md", *(str(path.relative_to(ROOT)) for path in found)]


def blocks(page: str, root: Path = ROOT) -> list[Block]:
    text = (root / page).read_text("utf-8")
    found = []
    for fence in FENCE.finditer(text):
        if fence["language"] in COMMANDS:
            before = text[: fence.start()].rstrip("\n ")
            comment = COMMENT.search(before.rpartition("\n")[2])
            line = text.count("\n", 0, fence.start()) + 1
            found.append(Block(page, line, fence["text"], comment[0].strip() if comment else ""))
    return found


def spoken_of(line: str) -> set[str]:
    """Words by which a test that executes this line would know it: program, module, what is asked of the station."""
    name = program(line)
    found = {name, name.removesuffix(".sh"), *re.findall(r"-m (\w+)", line)}
    if name == "vision-inspection":
        found.add("main(")
    if name == "curl":
        found = {path.rstrip("/").split("/v1")[-1].rpartition("/")[2] for path in re.findall(r"https?://[^\s']+", line)}
    return found


def program(line: str) -> str:
    """What a line runs, without variables, sudo and folders."""
    words = [word for word in line.split() if not re.match(r"[A-Z_]+=", word) and word != "sudo"]
    return words[0].rpartition("/")[2] if words else ""
