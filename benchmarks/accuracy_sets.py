"""The image sets: where they are, and other ones of the same kinds made of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FEWEST_OCR = 120


def shared_data() -> Path | None:
    """The folder with the image sets and their scorer: ``VISION_DATA``, or ``shared/data`` beside the project."""
    places = [os.environ.get("VISION_DATA", ""), *(str(one / "shared" / "data") for one in ROOT.parents)]
    return next((Path(one) for one in filter(None, places) if (Path(one) / "score.py").is_file()), None)


def seeded(data: Path, folder: Path, seed: int, ocr: bool) -> Path:
    """A root for the scorer whose generated sets are made from `seed`."""
    root = folder / f"seed-{seed}"
    root.mkdir()
    seeds = dict.fromkeys(("ocr", "shape", "caliper", "codes"), seed)
    (root / "generated.json").write_text(json.dumps({"split": "further", "seeds": seeds}))
    if ocr:
        command = [sys.executable, str(data / "gen" / "ocr_gen.py"), str(root / "ocr"), str(seed), str(FEWEST_OCR)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return root


def halves(data: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Roots with the first and the second half of the pairs of boards."""
    manifest = json.loads((data / "deeppcb" / "manifest.json").read_text())
    items = manifest["items"]
    for name, part in (("first half", items[: len(items) // 2]), ("second half", items[len(items) // 2 :])):
        root = folder / name.replace(" ", "-")
        (root / "deeppcb").mkdir(parents=True)
        (root / "deeppcb" / "manifest.json").write_text(json.dumps(manifest | {"items": part}))
        for file in {item[key] for item in part for key in ("test", "template")}:
            (root / "deeppcb" / file).symlink_to(data / "deeppcb" / file)
        yield name, root
