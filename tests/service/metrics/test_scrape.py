"""/metrics of a whole station."""

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from protocols.handshake import RejectedError, Source
from service.backup.shelf import archive_name
from service.metrics.metric import Kind, Value
from service.metrics.pauses import Pauses
from service.metrics.table import METRICS, STATION
from service.metrics.text import render
from tests.patience import until
from tests.service.in_process import InProcess, station_running

PAGE = (Path(__file__).resolve().parents[3] / "docs/monitoring.md").read_text("utf-8")
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    """Every sample by name and labels; each stands once."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found, key
            found[key] = sample.value
    return found


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


async def scraped(http: aiohttp.ClientSession, running: InProcess) -> Samples:
    async with http.get(f"{running.url}/metrics") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        return parsed(await answer.text())


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    archives = tmp_path / "data" / "backups"
    archives.mkdir(parents=True)
    (archives / archive_name("Station 1", datetime.now(UTC) - timedelta(hours=2))).write_bytes(b"")
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        yield running


async def told(http: aiohttp.ClientSession, running: InProcess, parts: int) -> Samples:
    """Once so many parts have been counted: that is a moment after their results."""
    async with asyncio.timeout(60):
        while True:
            samples = await scraped(http, running)
            if one(samples, "vision_trigger_to_result_seconds_count") >= parts:
                return samples


async def test_the_age_of_the_newest_backup(running: InProcess, http: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(60):
        while ("vision_backup_age_seconds", frozenset()) not in (samples := await scraped(http, running)):
            pass
    assert one(samples, "vision_backup_age_seconds") == pytest.approx(7200, abs=120)


async def test_parts_and_their_way(running: InProcess, http: aiohttp.ClientSession) -> None:
    for _ in range(3):
        assert (await running.part()).judgement == "PASS"
    samples = await told(http, running, 3)
    recipe = running.station.jobs.recipe
    assert recipe
    labels = {"job": str(recipe.recipe.job), "recipe": recipe.recipe.name}
    assert one(samples, "vision_inspections_total", **labels, judgement="PASS") == 3
    assert one(samples, "vision_inspections_total", **labels, judgement="FAIL") == 0
    assert one(samples, "vision_active_recipe_info", **labels, version=str(recipe.recipe.version)) == 1
    for stage in ("trigger_to_result", "acquisition", "processing", "result_commit", "overhead", "inspection_wait"):
        assert one(samples, f"vision_{stage}_seconds_count") == 3, stage
    total = one(samples, "vision_trigger_to_result_seconds_sum")
    assert 0 < one(samples, "vision_processing_seconds_sum") < total
    tools = {step.tool.type for step in recipe.recipe.steps}
    assert {dict(of)["tool"] for name, of in samples if name == "vision_tool_seconds_count"} <= tools
    assert one(samples, "vision_archive_images_total", outcome="failed") == 0


async def test_what_stands_in_the_station(running: InProcess, http: aiohttp.ClientSession) -> None:
    await running.ready()
    samples = await scraped(http, running)
    assert one(samples, "vision_online") == one(samples, "vision_trigger_ready") == 1
    assert one(samples, "vision_station_state", state="ready") == 1
    assert one(samples, "vision_station_state", state="error") == 0
    assert one(samples, "vision_ready", part="camera") == 1
    assert one(samples, "vision_client_connections", protocol="modbus") == 1
    assert one(samples, "vision_client_connections", protocol="live") == 0
    assert one(samples, "vision_camera_connected") == 1
    assert 0 <= one(samples, "vision_camera_frame_age_seconds") < 600
    assert one(samples, "vision_store_healthy") == 1
    assert one(samples, "vision_database_size_bytes", file="database") > 0
    assert one(samples, "vision_disk_free_bytes") > 0
    while "vision_stored_results" not in {name for name, _ in samples}:  # measured first once the sweep has ended
        samples = await scraped(http, running)
    assert one(samples, "vision_archive_kept_bytes", kept_as="failed") == 0
    assert one(samples, "vision_storage_left_seconds", limit="archive.min_free_mb") >= 0
    assert one(samples, "process_resident_memory_bytes") > 2**20
    assert one(samples, "vision_threads") > 3
    await until(lambda: sum(running.station.lag.seconds.spread().counts) > 0)
    assert one(await scraped(http, running), "vision_loop_lag_seconds_count") > 0


async def test_an_alarm_is_told_while_it_is_active(running: InProcess, http: aiohttp.ClientSession) -> None:
    alarm = frozenset({("number", "101"), ("name", "camera_lost"), ("severity", "error")})
    before = await scraped(http, running)
    running.faults.unplugged = True
    await until(lambda: 101 in running.alarms)
    during = await scraped(http, running)
    running.faults.unplugged = False
    await until(lambda: not running.alarms)
    after = await scraped(http, running)
    assert [("vision_alarm_active", alarm) in samples for samples in (before, during, after)] == [False, True, False]
    assert [one(s, "vision_camera_connected") for s in (before, during, after)] == [1, 0, 1]
    assert one(during, "vision_alarms_active", severity="error") == 1
    assert one(during, "vision_ready", part="camera") == 0
    opens = [one(s, "vision_camera_open_attempts_total") for s in (before, after)]
    assert opens[0] < opens[1]


async def test_rejected_triggers_are_told_by_source_and_reason(running: InProcess, http: aiohttp.ClientSession) -> None:
    assert one(await scraped(http, running), "vision_rejected_triggers_total", source="modbus", reason="offline") == 0
    await running.station.set_online(False, "test")
    for _ in range(2):
        with pytest.raises(RejectedError):
            await running.station.trigger(Source.TEXT)
    assert await running.line.part(0) is not None  # the PLC's own
    samples = await scraped(http, running)
    assert one(samples, "vision_rejected_triggers_total", source="text", reason="offline") == 2
    assert one(samples, "vision_rejected_triggers_total", source="modbus", reason="offline") == 1
    assert one(samples, "vision_rejected_triggers_total", source="modbus", reason="queue_full") == 0


async def test_every_name_is_in_the_table_and_the_process_under_its_own(
    running: InProcess, http: aiohttp.ClientSession
) -> None:
    await running.part()
    async with http.get(f"{running.url}/metrics") as answer:
        text = await answer.text()
    told = {line.split()[2]: line.split()[3] for line in text.splitlines() if line.startswith("# TYPE")}
    ours = {metric.name: metric.kind.value for metric in METRICS}
    for name, kind in told.items():
        assert f"`{name}`" in PAGE, name
        assert ours.get(name, kind) == kind
        assert name in ours or name.startswith("process_"), name


async def test_a_disk_that_hangs_leaves_out_what_it_would_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.metrics.scrape.MACHINE_S", 0.05)
    monkeypatch.setattr("service.metrics.machine.SYS", tmp_path / "sys")
    pipe = tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)  # whoever reads it waits, as for a disk that has gone
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        for _ in range(2):
            samples = await scraped(http, running)
            assert one(samples, "vision_online") == 1
            assert ("vision_disk_free_bytes", frozenset()) not in samples
        assert "the disk of the data folder does not answer" in caplog.text
        assert metrics_threads() == 2, "one hangs, and the second scrape sent no other after it"
        monkeypatch.setattr("service.metrics.scrape.MACHINE_S", 60)
        pipe.write_text("0")
        pipe.unlink()
        await until(lambda: metrics_threads() == 1)
        assert one(await scraped(http, running), "vision_disk_free_bytes") > 0


def metrics_threads() -> int:
    return sum(thread.name == "metrics" for thread in threading.enumerate())


def test_collections_are_timed_by_generation() -> None:
    pauses = Pauses()
    with pauses.watching():
        gc.collect(0)
        gc.collect()
    gc.collect()
    counts = [sum(spread.counts) for spread in pauses.values()]
    assert counts[0] >= 1
    assert counts[2] == 1


def test_a_name_that_is_no_utf8_hides_nothing() -> None:
    text = render([Value(STATION, 1, ('a "name"\n\udcff', "1"))]).decode()
    assert '{station="a \\"name\\"\\n?",version="1"} 1.0' in text


def test_nothing_is_put_into_the_librarys_own_registry() -> None:
    names = {metric.name for metric in REGISTRY.collect()}
    assert not any(name.startswith("vision_") for name in names)
    assert STATION.kind is Kind.GAUGE
