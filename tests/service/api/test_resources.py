"""What each resource says."""

from typing import Any

import pytest
from aiohttp import ClientSession

from service.api.models import Alarm
from tests.service.conftest import AT_US
from vision.result import Judgement


async def get(http: ClientSession, site: Any, path: str) -> Any:
    async with http.get(f"{site.url}/api/v1{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def post(http: ClientSession, site: Any, path: str, **body: Any) -> Any:
    async with http.post(f"{site.url}/api/v1{path}", json=body) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_state_has_every_field_of_the_contract(http: ClientSession, site: Any) -> None:
    state = await get(http, site, "/station")
    assert list(state) == [
        *(
            "state",
            "state_text",
            "online",
            "offline_code",
            "offline_reason",
            "trigger_ready",
            "job",
            "recipe",
            "recipe_version",
            "job_asked",
        ),
        *("plc_clients", "opcua_clients", "simulated"),
        *("clock_synchronised", "plc_clock_ahead_ms", "plc_clock_told_at_us", "forced", "at_us"),
    ]


async def test_trigger_answers_the_number_and_carries_the_part_id(http: ClientSession, site: Any) -> None:
    status, answer = await post(http, site, "/station/trigger", part_id="ä\x1d" + "x" * 61)
    assert (status, answer["number"]) == (200, 1)
    assert site.station.calls == [("trigger", ("ä\x1d" + "x" * 61).encode(), "web 127.0.0.1")]


async def test_trigger_without_a_body_has_no_part_id(http: ClientSession, site: Any) -> None:
    async with http.post(f"{site.url}/api/v1/station/trigger", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 200
    assert site.station.calls[0][1] == b""


async def test_rejected_trigger_says_why_with_its_code(http: ClientSession, site: Any) -> None:
    status, state = await post(http, site, "/station/online", online=False)
    assert (status, state["online"]) == (200, False)
    status, problem = await post(http, site, "/station/trigger")
    assert (status, problem["code"], problem["detail"]) == (409, 1, "offline: taken offline by hand")


async def test_counters_are_reset_and_answered(http: ClientSession, site: Any) -> None:
    site.station.counts["passed"] = 3
    assert (await get(http, site, "/counters"))["pass"] == 3
    status, counters = await post(http, site, "/counters/reset")
    assert (status, counters["pass"], counters["yield_percent"]) == (200, 0, None)
    assert site.station.calls == [("reset", "web 127.0.0.1")]


async def test_recipes_are_listed_shown_and_activated(http: ClientSession, site: Any) -> None:
    assert [r["job"] for r in await get(http, site, "/recipes")] == [12]
    assert (await get(http, site, "/recipes/12"))["content"]["name"] == "bracket"
    assert await get(http, site, "/recipes/schema") == {"type": "object"}
    assert (await post(http, site, "/recipes/12/activate"))[0] == 200
    status, problem = await post(http, site, "/recipes/13/activate")
    assert (status, problem["detail"]) == (404, "no recipe has job number 13")


async def test_pages_go_backwards_without_gap_or_repetition(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(n) for n in range(1, 8)]
    numbers, before = [], ""
    while True:
        page = await get(http, site, f"/inspections?limit=3{before}")
        numbers.append([item["number"] for item in page["items"]])
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert numbers == [[7, 6, 5], [4, 3, 2], [1]]


async def test_filters_reach_the_store(http: ClientSession, site: Any) -> None:
    await get(http, site, "/inspections?judgement=FAIL&recipe=bracket&job=12&tool=caliper&part_id=A1&since=5&until=9")
    wanted = site.station.wanted[0]
    assert (wanted.judgement, wanted.recipe, wanted.job) == (Judgement.FAIL, "bracket", 12)
    assert (wanted.tool, wanted.part_id, wanted.since_us, wanted.until_us) == ("caliper", "A1", 5, 9)


async def test_inspection_has_steps_with_open_limits_as_null(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(1, Judgement.FAIL), inspected(2, Judgement.ERROR)]
    one = await get(http, site, "/inspections/1")
    assert one["steps"] == [
        {
            "name": "pin 3",
            "tool": "caliper",
            "instance": 0,
            "judgement": "FAIL",
            "status": 5,
            "value": 0.41,
            "unit": "mm",
            "low": 0.45,
            "high": None,
            "warn_low": None,
            "warn_high": None,
            "nominal": None,
            "warning": False,
            "message": "pin 3: too thin",
        }
    ]
    assert (await get(http, site, "/inspections/2"))["steps"][0]["value"] is None


async def test_unknown_inspection_is_404(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/inspections/99") as answer:
        assert (answer.status, (await answer.json(content_type=None))["detail"]) == (404, "no inspection has number 99")


async def test_hours_alarms_events_tags_and_clients(http: ClientSession, site: Any) -> None:
    site.station.raised = [Alarm(number=101, severity="error", text="camera lost", detail="", since_us=5)]
    assert (await get(http, site, "/statistics/hourly?since=0&until=3600000000"))[0]["pass"] == 5
    (alarm,) = await get(http, site, "/alarms")
    assert (alarm["number"], alarm["severity"], alarm["text"], alarm["since_us"]) == (101, "error", "camera lost", 5)
    assert (alarm["active"], alarm["acknowledged"], alarm["confirmed"]) == (True, False, False)
    (gone,) = (await get(http, site, "/alarms/past"))["items"]
    assert (gone["number"], gone["detail"], gone["acknowledged_by"]) == (101, "unplugged", "anna")
    page = await get(http, site, "/events?limit=2")
    assert ([e["number"] for e in page["items"]], page["next"]) == ([5, 4], 4)
    tags = {tag["name"]: tag for tag in await get(http, site, "/tags")}
    assert (tags["TestUInt32"]["value"], tags["TestUInt32"]["address"]) == (0x12345678, "IR 28")
    assert (await get(http, site, "/modbus/clients"))[0]["address"] == "10.0.0.5"


async def test_image_has_fixed_type_name_and_is_not_sent_twice(http: ClientSession, site: Any, inspected: Any) -> None:
    (site.station.folder / "a.png").write_bytes(b"PNG of the part")
    (site.station.folder / "small-a.png").write_bytes(b"small")
    site.station.done = [inspected(1, image="a.png"), inspected(2), inspected(3, image="gone.jpg")]
    url = f"{site.url}/api/v1/inspections/1/image"
    async with http.get(url) as answer:
        assert await answer.read() == b"PNG of the part"
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == 'inline; filename="inspection-1.png"'
        assert "immutable" in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
    async with http.get(url, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    async with http.get(f"{site.url}/api/v1/inspections/1/thumbnail") as answer:
        assert await answer.read() == b"small"
    for path, detail in (("2/image", "no image was kept of inspection 2"), ("3/image", "the image is no longer kept")):
        async with http.get(f"{site.url}/api/v1/inspections/{path}") as answer:
            assert (answer.status, (await answer.json(content_type=None))["detail"]) == (404, detail)


@pytest.mark.parametrize("path", ["inspections", "alarms?over=true", "recipes", "openapi.json"])
async def test_a_list_is_not_sent_twice(http: ClientSession, site: Any, inspected: Any, path: str) -> None:
    site.station.done = [inspected(1)]
    async with http.get(f"{site.url}/api/v1/{path}") as answer:
        tag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert (answer.status, len(await answer.read()) > 1) == (200, True)
    for known in (tag, f"W/{tag}", f'"another", {tag}'):
        async with http.get(f"{site.url}/api/v1/{path}", headers={"If-None-Match": known}) as answer:
            assert (answer.status, answer.headers["ETag"], await answer.read()) == (304, tag, b"")
    async with http.get(f"{site.url}/api/v1/{path}", headers={"If-None-Match": '"another"'}) as answer:
        assert answer.status == 200


async def test_a_list_that_changed_is_sent(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(1)]
    async with http.get(f"{site.url}/api/v1/inspections") as answer:
        tag = answer.headers["ETag"]
    site.station.done = [inspected(1), inspected(2)]
    async with http.get(f"{site.url}/api/v1/inspections", headers={"If-None-Match": tag}) as answer:
        assert (answer.status, [item["number"] for item in (await answer.json())["items"]]) == (200, [2, 1])


async def test_health_says_ok_and_readiness_names_the_part_that_is_not(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    async with http.get(f"{site.url}/readyz") as answer:
        assert answer.status == 200
    site.station.down["camera"] = "camera lost: check its cable"
    async with http.get(f"{site.url}/readyz") as answer:
        ready = await answer.json()
        assert (answer.status, ready["ready"]) == (503, False)
    assert ready["parts"]["camera"] == {"ok": False, "reason": "camera lost: check its cable"}
    assert ready["parts"]["store"]["ok"]


async def test_a_reload_that_failed_is_told_and_takes_nothing_from_the_line(http: ClientSession, site: Any) -> None:
    """A load balancer must not leave a station that serves."""
    for trouble in ("", "half a release"):
        site.station.trouble = trouble
        async with http.get(f"{site.url}/readyz") as answer:
            ready = await answer.json()
            assert (answer.status, ready["ready"], ready["reload"]) == (200, True, trouble)


@pytest.mark.parametrize("path", ["/api", "/token", "/api/style.css"])
async def test_documents_have_no_script_and_no_inline_style(http: ClientSession, site: Any, path: str) -> None:
    async with http.get(site.url + path) as answer:
        text = await answer.text()
        assert answer.status == 200
    assert "<script" not in text
    assert " style=" not in text
    assert "javascript:" not in text


async def test_token_page_shows_the_station_name_as_text(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/token") as answer:
        assert "Station &lt;1&gt;" in await answer.text()


FC23 = bytes.fromhex("17 03 e8 00 40 00 04 00 01 02 00 29")


def traced(site: Any) -> None:
    """Two requests of two clients, the second without write control."""
    site.station.trace.keep((1, 5_000_000, 5_001_500, "10.0.0.5", 7, 1, FC23, b"\x17\x02\x00\x29"))
    site.station.trace.keep((2, 6_000_000, 6_002_000, "10.0.0.6", 8, 255, b"\x06\x00\x04\x00\x01", b"\x86\x01"))


async def test_a_traced_request_says_all_that_came_and_went(http: ClientSession, site: Any) -> None:
    traced(site)
    answer = await get(http, site, "/modbus/trace")
    first, second = answer["items"]
    assert (answer["next"], answer["lost"]) == (2, 0)
    assert first == {
        "number": 1,
        "monotonic_us": 5000.0,
        "utc_us": AT_US - 5_000,
        "client": "10.0.0.5",
        "transaction": 7,
        "unit": 1,
        "function": 23,
        "read": {"address": 1000, "count": 64},
        "written": {"address": 4, "count": 1},
        "values": [41],
        "exception": 0,
        "exception_text": "",
        "request": "17 03 e8 00 40 00 04 00 01 02 00 29",
        "answer": "17 02 00 29",
        "duration_us": 1.5,
    }
    assert (second["exception"], second["exception_text"]) == (1, "exception 01, this client has no write control")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("since=1", [2]),
        ("since=2", []),
        ("limit=1", [1]),
        ("client=10.0.0.6", [2]),
        ("function=23", [1]),
        ("address=4", [1, 2]),
        ("address=1063", [1]),
        ("address=1064", []),
        ("client=10.0.0.5&function=6", []),
    ],
)
async def test_the_trace_is_read_by_cursor_and_filter(
    http: ClientSession, site: Any, query: str, numbers: list[int]
) -> None:
    traced(site)
    found = await get(http, site, f"/modbus/trace?{query}")
    assert [item["number"] for item in found["items"]] == numbers


@pytest.mark.parametrize("query", ["function=256", "address=-1", "limit=201", "ip=1"])
async def test_a_wrong_question_to_the_trace_is_told_so(http: ClientSession, site: Any, query: str) -> None:
    async with http.get(f"{site.url}/api/v1/modbus/trace?{query}") as answer:
        assert answer.status == 422
        faults = (await answer.json(content_type=None))["errors"]
    assert [fault["where"] for fault in faults] == [f"query.{query.partition('=')[0]}"]


@pytest.mark.parametrize(
    ("kind", "media", "file", "words"),
    [
        ("csv", "text/csv", "vision-inspection.csv", "TriggerSeq,command image,holding register,4,40005"),
        ("ignition", "application/json", "vision-inspection-ignition.json", "[VisionStation]IRUS901"),
        ("codesys", "text/plain", "vision-inspection.st", "FUNCTION_BLOCK VisionStation"),
        ("scl", "text/plain", "vision-inspection.scl", 'FUNCTION_BLOCK "VisionClient"'),
        ("rockwell", "text/plain", "vision-inspection-logix.st", "// Add-On Instruction VisionStation"),
    ],
)
async def test_the_active_map_is_a_file(
    http: ClientSession, site: Any, kind: str, media: str, file: str, words: str
) -> None:
    async with http.get(f"{site.url}/api/v1/modbus/map/{kind}") as answer:
        assert (answer.status, answer.content_type) == (200, media)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'
        assert words in await answer.text()


async def test_a_format_of_the_map_that_there_is_not_is_refused(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/modbus/map/tia") as answer:
        assert answer.status in (404, 422)
        assert answer.content_type == "application/problem+json"
