"""``vision-inspection evaluate``: judge labelled or stored images, and say how often the recipe is wrong."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service import __version__
from service.recipe_commands import add_recipe, folder_of
from service.settings import SettingsError, load
from service.stored import ResultFilter
from vision.errors import RecipeError
from vision.recipe import Recipe, was_released
from vision.result import Judgement

from .cases import Case, CasesError, labelled, stored
from .judging import Judged, Side, judge, pictured
from .report import as_html
from .summary import Summary
from .tables import as_csv, as_json

DONE, REFUSED, WRONG = 0, 1, 3
BATCHES = ("order", "lot", "shift")
STORED, DRAFT, PRODUCTION = "stored", "draft", "production"
NEAREST = 6  # to a limit, with pictures
SHOWN = 20  # wrong ones on the terminal; all stand in the report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``evaluate``."""
    add_recipe(parser)
    parser.add_argument(
        "images",
        metavar="FOLDER|stored",
        help="folder with images: in folders good and bad (or ok, ng …), or told by its labels.csv, or not labelled;"
        " stored: inspections of this station whose images were kept",
    )
    version = "a version's number, draft, or production"
    parser.add_argument("--version", default="", help=f"which one judges: {version} (default), else the draft")
    parser.add_argument("--against", help=f"tell what this one would judge otherwise: {version}, or another recipe")
    parser.add_argument("--out", type=Path, default=Path("evaluation"), help="folder for report.html, .csv and .json")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="so many images at a time; default: all cores")
    parser.add_argument("--strict", action="store_true", help="exit code 3 if anything is judged wrongly or otherwise")
    parser.add_argument(
        "--json", action="store_true", help="say how far it has come, as lines of JSON, and nothing else"
    )
    of_stored = parser.add_argument_group("of stored inspections")
    of_stored.add_argument("--last", type=int, default=1000, metavar="N", help="the newest N (1000)")
    of_stored.add_argument("--since", type=datetime.fromisoformat, metavar="TIME", help="for example 2026-11-25T06:00")
    of_stored.add_argument("--until", type=datetime.fromisoformat, metavar="TIME")
    of_stored.add_argument("--judgement", type=Judgement, choices=list(Judgement))
    for name in BATCHES:
        of_stored.add_argument(f"--{name}", help=f"those of this {name} alone")
    of_stored.add_argument(
        "--of-job", type=int, metavar="JOB", help="those that another recipe judged; default: its own"
    )


def run(args: argparse.Namespace) -> int:
    """Judge, write the report, and say what came of it.

    Returns:
        The exit code: 0; 1 where it could not be done; 3 with ``--strict`` where something is judged wrongly.
    """
    try:
        sides = _sides(args)
        recipes = [side.load() for side in sides]
        cases = _cases(args, recipes[0])
        following = as_lines if args.json else with_progress
        judged = following(judge(sides, cases, max(0, args.jobs)), len(cases))
        summary = Summary(judged)
        against = _against(args, recipes, cases)
        near = summary.nearest(NEAREST)
        looked_at = pictured(sides[0], [one for one, _ in near])
        nearest = [(one, step) for one, (_, step) in zip(looked_at, near, strict=True)]
        _write(args.out, summary, recipes, str(args.images), against, nearest)
    except RecipeError as exc:
        print(f"{args.recipe}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except CasesError as exc:
        print(*exc.problems, sep="\n", file=sys.stderr)
        return REFUSED
    except SettingsError as exc:
        print(*exc.problems, sep="\n", file=sys.stderr)
        return REFUSED
    except OSError as exc:
        print(f"{args.out}: cannot be written: {exc.strerror or exc}", file=sys.stderr)
        return REFUSED
    if not args.json:
        _tell(summary, recipes[0], against, args.out)
    return WRONG if args.strict and (summary.wrong or summary.changed) else DONE


def _sides(args: argparse.Namespace) -> list[Side]:
    folder = folder_of(args.recipe)
    sides = [chosen_side(args.recipe, args.version)]
    if args.against:
        known = args.against in (DRAFT, PRODUCTION) or args.against.isdigit()
        sides.append(_side(folder, args.against) if known else _usual(folder_of(args.against)))
    return sides


def chosen_side(recipe: str, version: str) -> Side:
    """The version that a person named; "" = the one in production, or the draft where there is none.

    Raises:
        RecipeError: There is no such recipe, or it is no version.
    """
    folder = folder_of(recipe)
    return _side(folder, version) if version else _usual(folder)


def _usual(folder: Path) -> Side:
    return _side(folder, PRODUCTION if was_released(folder) else DRAFT)


def _side(folder: Path, version: str) -> Side:
    if version in (DRAFT, PRODUCTION):
        return Side(folder, 0 if version == DRAFT else None)
    if version.isascii() and version.isdigit() and int(version):
        return Side(folder, int(version))
    raise RecipeError(f"{version!r} is no version: give its number, {DRAFT} or {PRODUCTION}")


def _cases(args: argparse.Namespace, recipe: Recipe) -> list[Case]:
    if args.images != STORED:
        return labelled(Path(args.images))
    settings = load()
    zone = ZoneInfo(settings.time.zone)
    since, until = (_utc_us(at, zone) for at in (args.since, args.until))
    of = {name: getattr(args, name) for name in BATCHES}
    wanted = ResultFilter(judgement=args.judgement, job=args.of_job or recipe.job, since_us=since, until_us=until, **of)
    return stored(settings.station.data_folder, wanted, max(1, args.last))


def _utc_us(at: datetime | None, zone: ZoneInfo) -> int | None:
    """Without a zone of its own it is the station's."""
    return None if at is None else int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1e6)


def with_progress(judged: Iterable[Judged], total: int) -> list[Judged]:
    """All of them, with a bar on standard error."""
    columns = TextColumn("judging"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        return list(progress.track(judged, total=total))


def as_lines(judged: Iterable[Judged], total: int) -> list[Judged]:
    """All of them, with a line of JSON for each on standard output."""
    done = []
    print(json.dumps({"done": 0, "total": total}), flush=True)
    for one in judged:
        done.append(one)
        print(json.dumps({"done": len(done), "total": total}), flush=True)
    return done


def _against(args: argparse.Namespace, recipes: Sequence[Recipe], cases: Sequence[Case]) -> str:
    """What the second judgements come from, in words; "" = there are none."""
    if args.against:
        return (
            f"{args.against} (version {recipes[1].version})"
            if not args.against.isdigit()
            else f"version {args.against}"
        )
    return "the station at its time" if any(case.before is not None for case in cases) else ""


def _write(
    out: Path,
    summary: Summary,
    recipes: Sequence[Recipe],
    images: str,
    against: str,
    nearest: Sequence[tuple[Judged, str]],
) -> None:
    recipe = recipes[0]
    title = f"{recipe.name}, version {recipe.version}"
    made = datetime.now().astimezone()
    subtitle = f"job {recipe.job}; images: {images}; {made:%Y-%m-%d %H:%M}; vision-inspection {__version__}"
    about = {
        "recipe": {"job": recipe.job, "name": recipe.name, "version": recipe.version},
        "against": against or None,
        "images_of": images,
        "made_at": made.isoformat(timespec="seconds"),
        "release": __version__,
    }
    out.mkdir(parents=True, exist_ok=True)
    files: dict[str, Callable[[], str]] = {
        "report.html": lambda: as_html(summary, title, subtitle, against, nearest),
        "report.csv": lambda: as_csv(summary.judged),
        "report.json": lambda: as_json(summary, about),
    }
    for name, made_of in files.items():
        (out / name).write_text(made_of(), "utf-8")


def _tell(summary: Summary, recipe: Recipe, against: str, out: Path) -> None:
    print(
        f"{recipe.name}, version {recipe.version}: {len(summary.judged)} images, {summary.times.median:.1f} ms a part"
    )
    print(f"{'the part is':14}{'PASS':>8}{'FAIL':>8}{'ERROR':>8}")
    for label, row in summary.rows:
        print(f"{label:14}" + "".join(f"{count:8}" for count in row))
    if summary.labelled:
        print(f"good parts rejected: {summary.false_rejects}")
        print(f"bad parts passed:    {summary.escapes}")
    for one in summary.wrong[:SHOWN]:
        label = "good" if one.case.good else "bad"
        print(f"  {one.case.name}: {label}, judged {_words(one.verdicts[0].judgement, one.verdicts[0].message)}")
    if len(summary.wrong) > SHOWN:
        print(f"  and {len(summary.wrong) - SHOWN} more, see the report")
    if against:
        print(f"judged otherwise by {against}: {len(summary.changed)}")
    for one in summary.changed:
        print(f"  {one.case.name}: {_change(one)}")
    print(f"{out / 'report.html'}, report.csv and report.json tell the rest")


def _change(one: Judged) -> str:
    """From what was judged at its time to what is now; of two versions from the first to the second."""
    first, *others = one.verdicts
    now = _words(first.judgement, first.message)
    if others:
        return f"{now} → {_words(others[0].judgement, others[0].message)}"
    return f"{one.case.before} → {now}"


def _words(judgement: Judgement, message: str) -> str:
    return f"{judgement} ({message})" if message else str(judgement)
