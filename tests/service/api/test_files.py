"""Files for SCADA systems and low-code tools."""

from typing import Any

import pytest
from aiohttp import ClientSession

from service.api import files


@pytest.mark.parametrize(
    ("path", "media", "name", "has"),
    [
        ("opcua/nodes/csv", "text/csv", "vision-inspection-nodes.csv", "ns=2;s=Result.Seq"),
        ("opcua/nodes/nodeset", "application/xml", "vision-inspection.NodeSet2.xml", "<UANodeSet"),
        ("examples/node-red", "application/json", "vision-inspection-node-red.json", "tab-modbus"),
        ("examples/fuxa", "application/json", "vision-inspection-fuxa.json", "ModbusTCP"),
    ],
)
async def test_each_comes_as_a_file(http: ClientSession, site: Any, path: str, media: str, name: str, has: str) -> None:
    async with http.get(f"{site.url}/api/v1/{path}") as answer:
        assert (answer.status, answer.content_type) == (200, media)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert has in await answer.text()


async def test_an_example_that_is_not_there_says_so(
    http: ClientSession, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FOLDERS", ())
    async with http.get(f"{site.url}/api/v1/examples/fuxa") as answer:
        assert (answer.status, "not installed" in (await answer.json(content_type=None))["detail"]) == (404, True)
