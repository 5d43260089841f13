"""``vision-inspection doctor``: the machine (`checkup`); ``doctor plc``: what PLC programs do, asked of a station."""

import argparse
import base64
import json
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from protocols.texts import LANGUAGES

OK, FOUND, NOT_REACHED = 0, 1, 2
AGAIN_S = 2.0
COLOURS = {"error": "bold red", "warning": "bold yellow"}


class NotReached(Exception):
    """No station answers there; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="what was found as JSON")
    parser.add_argument("--production", action="store_true", help="the production checklist; 1 while a point is open")
    parser.set_defaults(run=_examine)
    kinds = parser.add_subparsers(metavar="WHAT")
    plc = kinds.add_parser("plc", help="the PLC programs on Modbus TCP; the exit code is 1 where something is wrong")
    plc.add_argument("--url", default="http://127.0.0.1:5000", help="of the station's console (default %(default)s)")
    plc.add_argument(
        "--token", type=Path, help="file with the station's token or, once it has an administrator, NAME:PASSWORD"
    )
    plc.add_argument("--language", choices=LANGUAGES, default="en")
    plc.add_argument("--watch", action="store_true", help="look again every 2 s, until Ctrl+C")
    plc.add_argument("--last", type=float, metavar="SECONDS", help="only what came in the last so many seconds")
    plc.add_argument("--json", action="store_true", help="the answer as JSON")
    plc.set_defaults(run=run)


def _examine(args: argparse.Namespace) -> int:
    from .machine_command import run  # only then: it reads settings and recipes

    return run(args)


def run(args: argparse.Namespace) -> int:
    """Ask once, or again and again."""
    console = Console(highlight=False, soft_wrap=False)
    shown: Any = None
    try:
        while True:
            try:
                answer = ask(args.url, args.language, args.token, args.last)
            except NotReached as exc:
                console.print(Text(str(exc), style="bold red"))
                if not args.watch:
                    return NOT_REACHED
                answer = None
            news = answer and [(f["client"], f["number"], f["times"]) for f in answer["findings"]]
            if answer and (news != shown or not args.watch):
                show(answer, console, as_json=args.json)
                shown = news
            if not args.watch:
                return FOUND if news else OK
            time.sleep(AGAIN_S)
    except KeyboardInterrupt:
        return FOUND if shown else OK


def ask(url: str, language: str, token: Path | None, last_s: float | None = None) -> dict[str, Any]:
    """The station's answer, of the last so many seconds; by the clock of this machine.

    Raises:
        NotReached: Nobody answers, or not as a station does.
    """
    address = f"{url.rstrip('/')}/api/v1/modbus/doctor?language={language}"
    if last_s is not None:
        address += f"&since_us={max(0, int((time.time() - last_s) * 1e6))}"
    if not address.startswith(("http://", "https://")):
        raise NotReached(f"--url: {url} is no address of a station; it begins with http:// or https://")
    try:
        headers = {"Authorization": _credentials(token.read_text().strip())} if token else {}
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:  # noqa: S310 - http only, see above
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as exc:
        with exc:
            hint = (
                "; give the station's token, or a user's NAME:PASSWORD, in a file with --token"
                if exc.code == 401
                else ""
            )
            raise NotReached(f"{url} refuses: {exc.code} {exc.reason}{hint}") from exc
    except (OSError, ValueError) as exc:
        raise NotReached(f"no station answers at {url}: {exc}") from exc


def _credentials(given: str) -> str:
    """A token has no colon."""
    return f"Basic {base64.b64encode(given.encode()).decode()}" if ":" in given else f"Bearer {given}"


def show(answer: dict[str, Any], console: Console, as_json: bool = False) -> None:
    """Findings as a PLC programmer reads them."""
    if as_json:
        console.print_json(data=answer)
        return
    clients = ", ".join(answer["clients"]) or "nobody"
    since = f" since {_clock(answer['since_us'])}" if answer["since_us"] else ""
    console.print(f"{answer['requests']} requests of {clients}{since}, {answer['parts']} parts")
    for finding in answer["findings"]:
        _show_finding(finding, console)
    if not answer["findings"]:
        console.print(Text("✓ nothing is wrong with what was asked", style="bold green"))


def _show_finding(finding: dict[str, Any], console: Console) -> None:
    style = COLOURS[finding["severity"]]
    times = f"  ({finding['times']}×, last {_clock(finding['last_us'])})" if finding["last_us"] else ""
    console.print()
    mark = "✗" if finding["severity"] == "error" else "!"
    console.print(Text.assemble((f"{mark} ", style), (finding["sentence"], "bold"), (times, "dim")))
    rows = Table.grid(padding=(0, 1))
    rows.add_row(Text("  →", style="green"), Text(finding["remedy"]))
    for evidence in finding["evidence"]:
        registers = " ".join(map(str, evidence["registers"][:12])) + (" …" if len(evidence["registers"]) > 12 else "")
        words = f"{_clock(evidence['at_us'])} #{evidence['exchange']} {evidence['words']}"
        rows.add_row("", Text(words + (f" = {registers}" if registers else ""), style="dim"))
    console.print(rows)


def _clock(at_us: int) -> str:
    """Of this machine, to the millisecond."""
    return datetime.fromtimestamp(at_us / 1e6).astimezone().strftime("%H:%M:%S.%f")[:-3]
