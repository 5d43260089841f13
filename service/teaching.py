"""What a draft is to learn from, as words of the commands ``teach`` and ``label``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be learned from which inspections, by their numbers, and from which files."""

    good: Sequence[int] = ()
    bad: Sequence[int] = ()
    step: str | None = None
    more: bool = False
    limits: str = "missing"
    good_files: Sequence[Path] = ()
    bad_files: Sequence[Path] = ()
    expect: str | None = None  # SHA-256 of the draft that was looked at
    kinds: Sequence[tuple[str, Sequence[Path]]] = ()  # of the step: what the images show, and they

    def words(self) -> list[str]:
        """As options of ``teach``."""
        words = [*map(str, self.good_files), f"--limits={self.limits}"]
        words += ["--stored", *map(str, self.good)] if self.good else []
        words += ["--stored-bad", *map(str, self.bad)] if self.bad else []
        words += ["--bad", *map(str, self.bad_files)] if self.bad_files else []
        words += [f"--step={self.step}"] if self.step else []
        words += [word for name, files in self.kinds for word in ("--kind", name, *map(str, files))]
        words += [f"--expect={self.expect}"] if self.expect else []
        return words + (["--more"] if self.more else [])

    def counted(self) -> str:
        """For the journal."""
        good, bad = len(self.good) + len(self.good_files), len(self.bad) + len(self.bad_files)
        counts = [(good, "good"), (bad, "bad"), *((len(files), name) for name, files in self.kinds)]
        files = self.good_files or self.bad_files or self.kinds
        return " and ".join(f"{n} {name}" for n, name in counts if n) + (" images" if files else " inspections")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a person says of images; no file: the draft learns again from those that are kept."""

    files: Sequence[Path] = ()
    label: str = ""
    steps: Sequence[str] = ()
    origins: Sequence[str] = ()  # of each file, in words
    learn: bool = True
    limits: str = "missing"
    forget: str | None = None
    expect: str | None = None
    regions: Sequence[int] = ()  # of the one step, from 1; none = all
    instances: Sequence[int] = ()  # likewise

    @property
    def where(self) -> str:
        """For the journal."""
        parts = [f"{name} {', '.join(map(str, numbers))}" for name, numbers in self._inside() if numbers]
        return " ".join([", ".join(self.steps), *([f"({', '.join(parts)})"] if parts else [])])

    def _inside(self) -> Iterator[tuple[str, Sequence[int]]]:
        yield "instance", self.instances
        yield "region", self.regions

    def words(self, who: str) -> list[str]:
        """As options of ``label``."""
        words = [*map(str, self.files), f"--as={self.label}"] if self.files else []
        words += [f"--limits={self.limits}", f"--by={who}", *(f"--origin={one}" for one in self.origins)]
        words += [f"--step={step}" for step in self.steps]
        words += ["--region", *map(str, self.regions)] if self.regions else []
        words += ["--instance", *map(str, self.instances)] if self.instances else []
        words += [] if self.learn else ["--keep-only"]
        words += [f"--forget={self.forget}"] if self.forget else []
        return words + ([f"--expect={self.expect}"] if self.expect else [])
