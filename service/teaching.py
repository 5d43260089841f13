"""Teach a draft from inspections that are kept: in a process of its own, because it may take minutes."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT_S = 300.0
ROOT = str(Path(__file__).resolve().parents[1])
COMMAND = (
    *("nice", "-n", "19", sys.executable, "-c"),
    f"import sys; sys.path.insert(0, {ROOT!r}); from service.cli import main; sys.exit(main())",
    "teach",
)


class NotTaught(Exception):
    """The draft is as it was; `problems` says why, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be learned from which inspections, by their numbers."""

    good: Sequence[int]
    bad: Sequence[int] = ()
    step: str | None = None
    more: bool = False
    limits: str = "missing"

    def words(self) -> list[str]:
        """As options of the command."""
        words = ["--limits", self.limits]
        words += ["--stored", *map(str, self.good)] if self.good else []
        words += ["--stored-bad", *map(str, self.bad)] if self.bad else []
        words += [f"--step={self.step}"] if self.step else []
        return words + (["--more"] if self.more else [])


async def teach(folder: Path, data: Path, wanted: Wanted) -> list[str]:
    """What the command says of it, line by line.

    Raises:
        NotTaught: It could not be learned, or took longer than five minutes.
    """
    environment = os.environ | {"VISION_STATION__DATA_FOLDER": str(data)}
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        *COMMAND, str(folder), *wanted.words(), stdin=null, stdout=pipe, stderr=pipe, env=environment
    )
    try:
        said, wrong = await asyncio.wait_for(child.communicate(), LIMIT_S)
    except TimeoutError:
        raise NotTaught([f"it was not learned within {LIMIT_S:g} s"]) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    lines = said.decode("utf-8", "replace").splitlines()
    if child.returncode:
        told = wrong.decode("utf-8", "replace").strip().splitlines()
        raise NotTaught(
            [line.strip() for line in told if line != f"{folder}:"] or [f"it ended with {child.returncode}"]
        )
    return [line for line in lines if str(folder) not in line]
