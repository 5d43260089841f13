"""Is a million results searched while somebody waits?"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from benchmarks.history import LIMIT_MS, TEMPLATES, fill, measure

ROWS = 1_000_000


def history(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Twelve combinations of filters over a million results, page and count: p95 of each, warm, within 500 ms."""
    rows = max(2 * TEMPLATES, round(ROWS * scale) // TEMPLATES * TEMPLATES)

    async def run() -> dict[str, tuple[float, float]]:
        await fill(folder, rows)
        return await measure(folder, rows)

    figures = asyncio.run(run())
    worst = max(figures, key=lambda name: figures[name][1])
    assert scale < 1 or figures[worst][1] <= LIMIT_MS, f"{worst}: p95 {figures[worst][1]:.0f} ms"
    return {"rows": rows, "slowest": worst, "p95_ms": round(figures[worst][1], 1)}
