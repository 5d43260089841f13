"""``vision-inspection export`` and ``import``: a recipe as one archive, from one machine to another."""

import argparse
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from protocols.opcua.machine_vision.files import RefusedFileError
from service.evaluation.command import chosen_side
from service.recipe_commands import NEXT_RELOAD, add_recipe, folder_of, person
from service.settings import recipe_folder
from vision.errors import RecipeError

from .archive import MANIFEST, pack
from .incoming import receive

DONE, REFUSED = 0, 1


def add_commands(commands: Any) -> None:
    """`commands` are the subparsers of ``vision-inspection``."""
    out = commands.add_parser("export", help="write a recipe with all that it was taught as one archive")
    add_recipe(out)
    out.add_argument("archive", type=Path, nargs="?", metavar="FILE", help="default: RECIPE-VERSION.zip, here")
    version = "which one: its number, draft or production (default), else the draft"
    out.add_argument("--version", default="", help=version)
    out.set_defaults(run=_export)
    into = commands.add_parser(
        "import", help="put the recipe of an archive beside the others; a released one is released"
    )
    into.add_argument("archive", type=Path, metavar="FILE", help="as `export` wrote it, here or on another machine")
    into.add_argument("--job", type=int, metavar="N", help="as this job number; default: the one that it has")
    into.set_defaults(run=_import)


def _export(args: argparse.Namespace) -> int:
    try:
        folder = folder_of(args.recipe)
        recipe = chosen_side(args.recipe, args.version).load()
        target = args.archive or Path(f"{folder.name}-{recipe.version}.zip")
        scratch = target.with_name(f".{target.name}.new")
        with scratch.open("wb") as file:
            pack(recipe, folder, file)
        scratch.replace(target)
    except RecipeError as exc:
        print(f"{args.recipe}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except OSError as exc:
        print(f"{exc.filename or args.recipe}: {exc.strerror or exc}", file=sys.stderr)
        return REFUSED
    print(
        f"{target}: job {recipe.job}, {recipe.name!r}, version {recipe.version}, {target.stat().st_size / 1e6:.1f} MB"
    )
    return DONE


def _import(args: argparse.Namespace) -> int:
    root = recipe_folder()
    try:
        job = _job(args.archive) if args.job is None else args.job
        root.mkdir(parents=True, exist_ok=True)
        with args.archive.open("rb") as file:
            done = receive(file, root, job, person(), args.job is not None, f"imported from {args.archive.name}")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as exc:
        print(f"{args.archive}: is no archive of a recipe: {exc}", file=sys.stderr)
        return REFUSED
    except RefusedFileError as exc:
        print(f"{args.archive}: {exc}", file=sys.stderr)
        return REFUSED
    what = f"{done.folder}: job {done.recipe.job}, {done.recipe.name!r}, version {done.recipe.version}"
    if not done.changed:
        print(f"{what}: the same is in production already")
    else:
        print(f"{what} is {f'released; {NEXT_RELOAD}' if done.prepared else 'the draft'}")
    return DONE


def _job(path: Path) -> int:
    with zipfile.ZipFile(path) as archive, archive.open(MANIFEST) as file:
        return int(json.loads(file.read(1 << 20))["job"])
