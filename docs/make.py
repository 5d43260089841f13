"""Make the documents that stand in the code already: ``python -m docs.make``.

Text that a person wrote is in ``docs/templates``; ``{{name}}`` in it becomes the table `name`. With ``--check``
nothing is written: what is not as the code has it is named, and the exit code is 1.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs import (  # noqa: E402 - found from any folder
    ascii_tables,
    code_tables,
    conformance_tables,
    gunicorn_tables,
    modbus_tables,
    monitoring_tables,
    opcua_tables,
    plc_tables,
    runbook_tables,
    security_tables,
    settings_tables,
    tool_pages,
)
from service.api import openapi  # noqa: E402

TEMPLATES = ROOT / "docs" / "templates"
TABLES: Mapping[str, Callable[[], str]] = (
    modbus_tables.TABLES
    | code_tables.TABLES
    | opcua_tables.TABLES
    | conformance_tables.TABLES
    | ascii_tables.TABLES
    | plc_tables.TABLES
    | settings_tables.TABLES
    | monitoring_tables.TABLES
    | gunicorn_tables.TABLES
    | runbook_tables.TABLES
    | security_tables.TABLES
)
MADE_BY = "<!-- Made by `python -m docs.make` from docs/templates/{name} and the code: change those. -->\n\n"


def documents() -> dict[Path, str]:
    """Every document that is made, by its path, as it must be."""
    made = {
        ROOT / "docs" / template.relative_to(TEMPLATES): _filled(template)
        for template in sorted(TEMPLATES.rglob("*.md"))
    }
    made |= {ROOT / "docs" / path: text for path, text in plc_tables.exports().items()}
    made |= tool_pages.pages()
    return made | {
        ROOT / "config" / "station.toml": settings_tables.station_toml(),
        ROOT / "service" / "console" / "openapi.json": _openapi(),
    }


def _openapi() -> str:
    """What the console's types are made of when it is built: there no Python package is installed."""
    document = openapi()
    return json.dumps(document | {"info": document["info"] | {"version": "0"}}, indent=1, ensure_ascii=False) + "\n"


def _filled(template: Path) -> str:
    text = re.sub(r"\{\{(\w+)\}\}", lambda found: TABLES[found[1]](), template.read_text("utf-8"))
    return MADE_BY.format(name=template.relative_to(TEMPLATES)) + text


def main() -> int:
    check, wrong = "--check" in sys.argv[1:], 0
    for path, text in documents().items():
        if path.exists() and path.read_bytes() == text.encode():
            continue
        wrong += 1
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        print(f"{path.relative_to(ROOT)} {'differs: run python -m docs.make' if check else 'made'}")
    return int(check and wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
