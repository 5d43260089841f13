"""``vision-inspection recipes``, ``draft``, ``release``, ``rollback``, ``withdraw``: what is in production and next."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vision.errors import RecipeError
from vision.recipe import (
    DRAFT,
    FILE,
    Recipe,
    Release,
    Signed,
    begin_draft,
    draft_file,
    label,
    recipe_folders,
    release_draft,
    roll_back,
    withdraw,
)
from vision.teach import Approval, approved

from .forcing import signed_reason
from .recipe_table import as_text, rows, version_rows
from .remembered import job_of
from .settings import data_folder, recipe_folder

DONE, REFUSED = 0, 1
NEXT_RELOAD = "a running station takes it at its next reload (HUP to Gunicorn's master)"


def add_commands(commands: Any) -> None:
    """`commands` are the subparsers of ``vision-inspection``."""
    listing = commands.add_parser("recipes", help="list recipes with job, version and state; or one recipe's versions")
    listing.add_argument("recipe", nargs="?", metavar="RECIPE", help="its versions: a job number, a name or a folder")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_telling(_list))
    draft = commands.add_parser("draft", help="copy a recipe's version in production to draft.json, to be edited")
    add_recipe(draft)
    draft.set_defaults(run=_telling(_draft))
    release_it = commands.add_parser("release", help="put a recipe's draft into production")
    add_recipe(release_it)
    release_it.add_argument("--reason", default="", help="why, for the record")
    _add_force(release_it)
    release_it.set_defaults(run=_telling(_release))
    rollback = commands.add_parser("rollback", help="put an earlier version of a recipe into production again")
    add_recipe(rollback)
    rollback.add_argument("version", nargs="?", type=int, metavar="VERSION", help="left out: the one before")
    rollback.add_argument("--reason", default="", help="why, for the record")
    _add_force(rollback)
    rollback.set_defaults(run=_telling(_rollback))
    withdrawal = commands.add_parser("withdraw", help="take a recipe out of production; its versions are kept")
    add_recipe(withdrawal)
    withdrawal.add_argument("--reason", default="", help="why, for the record")
    withdrawal.set_defaults(run=_telling(_withdraw))


def _add_force(parser: argparse.ArgumentParser) -> None:
    words = "also if it fails its own references; needs a reason, which is kept with the version"
    parser.add_argument("--force", action="store_true", help=words)


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """The argument that names a recipe."""
    parser.add_argument(
        "recipe", metavar="RECIPE", help="a recipe's folder, or its job number or name in the recipe folder"
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """The option of what teaches."""
    parser.add_argument(
        "--limits",
        choices=("missing", "all", "none"),
        default="missing",
        help="which of the proposed limits the draft gets: where there are none yet (default), all, none",
    )


def folder_of(recipe: str) -> Path:
    """The folder of a recipe that a person named.

    Raises:
        RecipeError: There is none; says which there are.
    """
    root = recipe_folder()
    if os.sep in recipe or not root.is_dir():
        return Path(recipe)
    found = recipe_folders(root)
    for folder in found:
        known = label(folder, FILE) or label(folder, DRAFT)
        if recipe == folder.name or (known is not None and recipe in (str(known.job), known.name)):
            return folder
    if Path(recipe).is_dir():
        return Path(recipe)
    there = ", ".join(folder.name for folder in found) or "none"
    raise RecipeError(f"no recipe in {root} has this job number or name, and it is no folder; there are: {there}")


def release(folder: Path, reason: str, forced: bool = False) -> None:
    """Release the draft, and say so.

    Raises:
        RecipeError: It cannot be released, or fails its own references and is not forced.
    """
    signed = _signed(reason, forced)
    said(folder, release_draft(folder, signed, lambda recipe: _approved(recipe, folder, forced)))


def _signed(reason: str, forced: bool) -> Signed:
    return Signed(person(), signed_reason(reason, forced))


def _approved(recipe: Recipe, folder: Path, forced: bool) -> Approval:
    approval = approved(recipe, folder, forced=forced)
    for line in approval.failed:
        print(f"forced although {line}", file=sys.stderr)
    return approval


def said(folder: Path, recipe: Recipe) -> None:
    """What is in production now."""
    print(f"{folder / FILE}: job {recipe.job}, {recipe.name!r}, version {recipe.version} is released; {NEXT_RELOAD}")


def person() -> str:
    """Who sits at the command line, as far as the system knows."""
    try:
        return f"command line {getpass.getuser()}"
    except (KeyError, OSError):
        return f"command line {os.getuid()}"


def _telling(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def told(args: argparse.Namespace) -> int:
        try:
            run(args)
        except RecipeError as exc:
            print(f"{args.recipe}:", *exc.problems, sep="\n  ", file=sys.stderr)
            return REFUSED
        return DONE

    return told


def _list(args: argparse.Namespace) -> None:
    if args.recipe is not None:
        found = version_rows(folder_of(args.recipe))
    else:
        found = [row for folder in recipe_folders(recipe_folder()) for row in rows(folder)]
    print(json.dumps(found, indent=1, ensure_ascii=False, default=Release.model_dump) if args.json else as_text(found))


def _draft(args: argparse.Namespace) -> None:
    folder = folder_of(args.recipe)
    draft = begin_draft(folder)
    print(f"{folder / DRAFT}: job {draft.job}, {draft.name!r}, is the draft of version {draft.version} now")
    print(f"edit it, then: vision-inspection check; vision-inspection release {args.recipe}")


def _release(args: argparse.Namespace) -> None:
    release(folder_of(args.recipe), args.reason, args.force)


def _rollback(args: argparse.Namespace) -> None:
    folder = folder_of(args.recipe)
    signed = _signed(args.reason, args.force)
    said(folder, roll_back(folder, args.version, signed, lambda recipe: _approved(recipe, folder, args.force)))
    if (draft := draft_file(folder)) is not None:
        print(f"{folder / draft}: the draft is as it was")


def _withdraw(args: argparse.Namespace) -> None:
    folder = folder_of(args.recipe)
    said = label(folder, FILE)
    ours = folder.resolve().parent == recipe_folder().resolve()
    if ours and said is not None and said.job == job_of(data_folder()):
        raise RecipeError(f"{folder.name}: job {said.job} is the active one; activate another job first")
    withdraw(folder, Signed(person(), args.reason))
    print(f"{folder / FILE}: no version is in production any more; {NEXT_RELOAD}")
    print(f"to have it again: vision-inspection rollback {args.recipe}")
