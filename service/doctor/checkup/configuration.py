"""Whether settings and recipes hold."""

from collections.abc import Iterator

from service.recipe_table import overview
from service.settings import recipe_folder
from vision.recipe import check_folder

from .finding import Finding, ok, wrong
from .subject import Subject


def settings(subject: Subject) -> Iterator[Finding]:
    """Each problem is a finding."""
    for problem in subject.problems:
        yield wrong("settings", problem, f"Correct it, then: {_APPLY}")
    if not subject.problems:
        yield ok("settings", f"{subject.config or 'embedded defaults'}")


def recipes(subject: Subject) -> Iterator[Finding]:
    folder = recipe_folder()
    if not folder.is_dir():
        yield wrong("recipes", f"there is no folder {folder}", "Make it, or set recipe_folder under [station]")
        return
    problems = check_folder(folder)
    for problem in problems:
        yield wrong("recipes", problem, "Correct it; until then the recipe's last good version stays in use")
    if not problems:
        yield ok("recipes", overview(folder) or f"none in {folder}")


_APPLY = "vision-inspection check --settings, and start or reload"

CHECKS = (settings, recipes)
