"""The command ``vision-inspection``."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence

from . import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = args.run
    try:
        code = run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as in ``tags | head``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vision-inspection", description="An inspection station.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_own(commands)
    _add_others(commands)
    return parser


def _add_own(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check", help="validate settings and recipes, print every problem")
    check.add_argument(
        "--settings", action="store_true", help="the settings alone: what would keep a station from starting"
    )
    words = "do not judge the recipes' reference images again, which takes as long as inspecting them"
    check.add_argument("--without-references", action="store_true", help=words)
    check.set_defaults(run=_check)
    tags = commands.add_parser("tags", help="print the tag table")
    tags.add_argument("--json", action="store_true", help="as JSON")
    tags.add_argument(
        "--format",
        choices=("csv", "ignition", "codesys", "scl", "rockwell"),
        help="export the active Modbus map, with the user-defined block of the settings",
    )
    tags.set_defaults(run=_tags)
    commands.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=_openapi)
    commands.add_parser("schema", help="print the JSON Schema of a recipe").set_defaults(run=_schema)
    commands.add_parser("binds", help="print the addresses to listen on, as JSON").set_defaults(run=_binds)


def _add_others(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Those that have a module of their own."""
    from . import calibrate_command, label_command, recipe_commands, reference_command, teach_command, user_commands
    from .backup import command as backup_command
    from .backup import restore_command
    from .control import reload_command
    from .demo_plc import add_arguments
    from .doctor import command as doctor_command
    from .evaluation import command as evaluate_command
    from .evaluation import msa_command
    from .releases import command as release_command
    from .transfer import command as transfer_command

    recipe_commands.add_commands(commands)
    transfer_command.add_commands(commands)
    user_commands.add_commands(commands)
    for name, module, words in (
        ("reload", reload_command, "check, then let a new generation take over; ends when it serves"),
        ("upgrade", release_command, "let another release take over under the running line, or go back"),
        ("teach", teach_command, "let the steps of a recipe learn from images of good parts"),
        ("label", label_command, "images become good or bad, and what the recipe was taught learns them"),
        ("evaluate", evaluate_command, "judge labelled or stored images: how often a recipe is wrong"),
        ("msa", msa_command, "how much of a measure comes from measuring: Cg, Cgk, gauge R&R"),
        ("reference", reference_command, "images that a recipe has to judge right before it is released"),
        ("calibrate", calibrate_command, "millimetres from a board or a distance; a measure from a gauge"),
    ):
        parser = commands.add_parser(name, help=words)
        module.add_arguments(parser)
        parser.set_defaults(run=module.run)
    backup = commands.add_parser("backup", help="make an archive of the station, list them, look one through")
    backup_command.add_arguments(backup)
    restore = commands.add_parser("restore", help="make this machine the station that an archive was made of")
    restore_command.add_arguments(restore)
    doctor = commands.add_parser(
        "doctor", help="what is missing, slow or misconfigured, and what to do; `doctor plc`: with the PLC programs"
    )
    doctor_command.add_arguments(doctor)
    demo = commands.add_parser("demo-plc", help="act as a PLC: trigger parts, print each result and latency")
    add_arguments(demo)
    demo.set_defaults(run=_demo_plc)


def _check(args: argparse.Namespace) -> int:
    from protocols.user_block import UserBlockSettings
    from vision.recipe import check_folder
    from vision.teach import check_references

    from .recipe_table import overview
    from .settings import SettingsError, config_path, load, recipe_folder
    from .start_problems import start_problems
    from .user_sources import source_problems

    block = UserBlockSettings()
    try:
        settings = load()
        problems, block = start_problems(settings), settings.user_block
    except SettingsError as exc:
        problems = exc.problems
    where = config_path() or "embedded defaults"
    if args.settings:
        return _told(problems, f"settings ({where}) are in order")
    folder = recipe_folder()
    problems += check_folder(folder) if folder.is_dir() else [f"station.recipe_folder: there is no folder {folder}"]
    problems += source_problems(block, folder)
    problems += [] if args.without_references else check_references(folder)
    code = _told(problems, f"settings ({where}) and recipes ({folder}) are in order")
    if found := overview(folder):
        print(f"looked at: {found}")
    return code


def _told(problems: list[str], fine: str) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} problem(s)" if problems else fine)
    return 1 if problems else 0


def _tags(args: argparse.Namespace) -> int:
    from .tag_table import as_json, as_text

    if args.format:
        return _export(args.format)
    print(as_json() if args.json else as_text())
    return 0


def _export(kind: str) -> int:
    from protocols.active_map import ExportError, export

    from .settings import SettingsError, load
    from .user_values import user_layout

    try:
        text = export(kind, user_layout(load()))
    except SettingsError as exc:
        print(*exc.problems, sep="\n", file=sys.stderr)
        return 1
    except ExportError as exc:
        print(exc, file=sys.stderr)
        return 1
    sys.stdout.write(text)
    return 0


def _openapi(args: argparse.Namespace) -> int:
    from .api import openapi

    print(json.dumps(openapi(), indent=1))
    return 0


def _schema(args: argparse.Namespace) -> int:
    from vision.recipe import recipe_schema

    print(json.dumps(recipe_schema(), indent=1))
    return 0


def _binds(args: argparse.Namespace) -> int:
    from .starting import main

    return main()


def _demo_plc(args: argparse.Namespace) -> int:
    from .demo_plc import run

    return run(args)


if __name__ == "__main__":
    sys.exit(main())
