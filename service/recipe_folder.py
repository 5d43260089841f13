"""Where a new recipe is put."""

import re
from pathlib import Path

from vision.recipe import FILE, VERSIONS, draft_file, label, recipe_folders


def folder_of(root: Path, job: int) -> Path | None:
    """The folder below `root` that a job number belongs to, whatever can be read of it; None = it is free."""
    for folder in recipe_folders(root):
        for file in (FILE, draft_file(folder), *_kept(folder)):
            said = label(folder, file) if file else None
            if said is not None and said.job == job:
                return folder
    return None


def new_folder(root: Path, name: str, job: int) -> Path:
    """One that is not there yet, called as the recipe is."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    named = [root / words] if words else []
    return next(one for one in [*named, root / f"job-{job}", root / f"job-{job}-new"] if not one.exists())


def _kept(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in sorted(folder.glob(f"{VERSIONS}/*.json"))]
