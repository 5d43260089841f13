"""``vision-inspection user``: who may use the station by name; a running station knows at once who signs in next."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from .auth.permissions import Role
from .auth.users import UserError, Users
from .settings import SettingsError, load


def add_commands(commands: Any) -> None:
    """`commands` are the subparsers of ``vision-inspection``."""
    user = commands.add_parser("user", help="list, add and remove users, set role and password")
    actions = user.add_subparsers(required=True, metavar="ACTION")
    for action, text in (
        ("list", "name and role of each"),
        ("add", "asks for a password, or takes the first line of standard input"),
        ("remove", "refused from the next request on"),
        ("password", "another password"),
        ("role", "another role"),
        ("certificate", "who holds its key is this user over OPC UA; without FILE nobody is any more"),
    ):
        one = actions.add_parser(action, help=text)
        if action != "list":
            one.add_argument("name", metavar="NAME")
        if action in ("add", "role"):
            roles = [role.value for role in Role]
            one.add_argument("role", choices=roles, nargs="?" if action == "add" else None, default="observer")
        if action == "certificate":
            one.add_argument("file", metavar="FILE", type=Path, nargs="?", help="DER or PEM")
        one.set_defaults(run=_run, action=action)


def _run(args: argparse.Namespace) -> int:
    try:
        _do(args, Users(load().station.data_folder))
    except (UserError, SettingsError, OSError) as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def _do(args: argparse.Namespace, users: Users) -> None:
    match args.action:
        case "list":
            print(*(f"{account.name}  {account.role}" for account in users.accounts), sep="\n")
        case "add":
            users.add(args.name, Role(args.role), _password())
        case "remove":
            users.remove(args.name)
        case "password":
            users.known(args.name)
            users.set_password(args.name, _password())
        case "certificate":
            users.set_certificate(args.name, args.file.read_bytes() if args.file else b"")
        case _:
            users.set_role(args.name, Role(args.role))


def _password() -> str:
    """Never an argument: others see those in the list of processes."""
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
