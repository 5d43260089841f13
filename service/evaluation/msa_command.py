"""``vision-inspection msa``: how much of what is measured comes from measuring (Cg, Cgk, gauge R&R)."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from service import __version__
from service.recipe_commands import add_recipe
from vision.errors import RecipeError
from vision.recipe import Recipe
from vision.teach.gauge_study import CAPABLE, DISTINCT, FEWEST, GOOD, TOLERABLE, GaugeStudy, Repeatability

from .cases import CasesError
from .command import DONE, REFUSED, chosen_side, with_progress
from .judging import judge
from .report import study_as_html
from .study import Layout, Studied, layout_of, study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``msa``."""
    add_recipe(parser)
    parser.add_argument(
        "frames",
        type=Path,
        metavar="FOLDER",
        help=f"frames of one part that nobody touches ({FEWEST} or more): Cg, Cgk; or a folder a part, in it an image,"
        " or a folder of images, for each time that it was put in: gauge R&R",
    )
    parser.add_argument(
        "--measure", action="append", default=[], metavar="STEP.MEASURE", help="default: each step's main"
    )
    parser.add_argument(
        "--tolerance",
        action="append",
        default=[],
        type=_pair,
        metavar="STEP.MEASURE=WIDTH",
        help="instead of the limits'",
    )
    parser.add_argument(
        "--reference",
        action="append",
        default=[],
        type=_pair,
        metavar="STEP.MEASURE=VALUE",
        help="the true value, for Cgk",
    )
    parser.add_argument("--version", default="", help="which one measures: a version's number, draft, or production")
    parser.add_argument("--out", type=Path, default=Path("msa"), help="folder for msa.html and msa.json")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="so many images at a time; default: all cores")


def run(args: argparse.Namespace) -> int:
    """Measure, write the report, and say what came of it.

    Returns:
        The exit code: 0, or 1 where it could not be done.
    """
    try:
        side = chosen_side(args.recipe, args.version)
        recipe, layout = side.load(), layout_of(args.frames)
        judged = with_progress(judge([side], layout.cases, max(0, args.jobs)), len(layout.cases))
        studied = study(layout, judged, args.measure, dict(args.tolerance), dict(args.reference))
        _write(args.out, recipe, layout, studied)
    except (RecipeError, CasesError) as exc:
        print(f"{args.recipe}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except OSError as exc:
        print(f"{exc.filename or args.out}: {exc.strerror or exc}", file=sys.stderr)
        return REFUSED
    print(f"{recipe.name}, version {recipe.version}: {about(layout)}")
    for one in studied:
        print(f"{one.name}: {words(one)}")
    print(f"{args.out / 'msa.html'} and msa.json tell the rest")
    return DONE


def about(layout: Layout) -> str:
    """What was measured, in words."""
    if layout.one_part:
        few = f"; {FEWEST} or more are usual" if layout.frames < FEWEST else ""
        return f"one part, {layout.frames} frames{few}"
    return f"{len(layout.parts)} parts, each put in {layout.mounts} times, {layout.frames} frame(s) each time"


def words(one: Studied) -> str:
    """For example ``mean 3.13 mm, s 0.0004, Cg 12.1, Cgk 11.0 (both at least 1.33)``."""
    unit = f" {one.unit}" if one.unit else ""
    if isinstance(one.outcome, Repeatability):
        return _repeatability(one.outcome, unit)
    return _gauge(one.outcome, unit)


def _repeatability(found: Repeatability, unit: str) -> str:
    told = [f"mean {found.mean:.5g}{unit}", f"s {found.spread:.3g}{unit}"]
    if found.cg is None:
        return ", ".join([*told, "no Cg: the step has no two limits, give a --tolerance"])
    told += [f"Cg {found.cg:.2f}{_mark(found.cg)}"]
    told += [f"Cgk {found.cgk:.2f}{_mark(found.cgk)}"] if found.cgk is not None else ["no Cgk: give a --reference"]
    return ", ".join(told)


def _mark(index: float) -> str:
    return f" (at least {CAPABLE}: yes)" if index >= CAPABLE else f" (at least {CAPABLE}: no)"


def _gauge(found: GaugeStudy, unit: str) -> str:
    told = [f"repeat {found.repeat:.3g}{unit}", f"mount {found.mount:.3g}{unit}", f"part {found.part:.3g}{unit}"]
    told.append(f"R&R {found.gauge:.3g}{unit}")
    if found.of_tolerance is not None:
        share = found.of_tolerance
        grade = "good" if share <= GOOD else "tolerable" if share <= TOLERABLE else "too much"
        told.append(f"{100 * share:.1f} % of the tolerance ({grade})")
    if not math.isnan(found.of_total):
        told.append(f"{100 * found.of_total:.1f} % of the total")
    if found.categories is not None:
        told.append(f"{found.categories} categories (at least {DISTINCT})")
    return ", ".join(told)


def _write(out: Path, recipe: Recipe, layout: Layout, studied: Sequence[Studied]) -> None:
    made = datetime.now().astimezone()
    title = f"{recipe.name}, version {recipe.version}"
    subtitle = f"job {recipe.job}; {about(layout)}; {made:%Y-%m-%d %H:%M}; vision-inspection {__version__}"
    out.mkdir(parents=True, exist_ok=True)
    told = [(one, words(one)) for one in studied]
    (out / "msa.html").write_text(study_as_html(told, layout.parts, title, subtitle), "utf-8")
    whole = {
        "recipe": {"job": recipe.job, "name": recipe.name, "version": recipe.version},
        "made_at": made.isoformat(timespec="seconds"),
        "release": __version__,
        "parts": layout.parts,
        "images": [case.name for case in layout.cases],
        "measures": [_facts(one) for one in studied],
    }
    (out / "msa.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _facts(one: Studied) -> dict[str, Any]:
    """JSON has no infinity: what is without end, or not known, is null."""
    found = one.outcome
    names = (
        ("cg", "cgk", "bias")
        if isinstance(found, Repeatability)
        else ("gauge", "of_tolerance", "of_total", "categories")
    )
    facts = asdict(found) | {name: getattr(found, name) for name in names}
    finite = {name: v if v is None or math.isfinite(v) else None for name, v in facts.items()}
    return {"name": one.name, "unit": one.unit, **finite, "values": one.values.tolist()}


def _pair(text: str) -> tuple[str, float]:
    name, _, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not name or not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r}: write STEP.MEASURE=NUMBER")
    return name, number
