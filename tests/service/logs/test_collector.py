"""What a collector of errors gets, on a real socket: an envelope of Sentry's protocol, and nothing about people."""

import gzip
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from service.logs.about import about_part
from tests.patience import until
from tests.service.logs.conftest import Logged

pytest.importorskip("sentry_sdk", reason="sentry-sdk is not installed")
log = logging.getLogger("service.test")


class Collecting(ThreadingHTTPServer):
    """Keeps what it gets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200

    @property
    def dsn(self) -> str:
        return f"http://key123@127.0.0.1:{self.server_port}/42"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event_in(body) for _, _, body in self.got]


class _Request(BaseHTTPRequestHandler):
    server: Collecting

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *given: object) -> None:
        """Nothing."""


def event_in(envelope: bytes) -> dict[str, Any]:
    """The one item of an envelope: a header line, then for each item a header line and its bytes."""
    head, rest = envelope.split(b"\n", 1)
    item, rest = rest.split(b"\n", 1)
    kind, event_id = json.loads(item), json.loads(head)["event_id"]
    assert kind["type"] == "event"
    event = json.loads(rest[: kind["length"]])
    assert event["event_id"] == event_id
    return dict(event)


@pytest.fixture
def collector() -> Iterator[Collecting]:
    server = Collecting()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(60)


@pytest.fixture
def sending(make_log: Callable[..., Logged], collector: Collecting) -> Iterator[Logged]:
    logged = make_log(sentry_dsn=collector.dsn)
    yield logged
    assert logged.log.handler
    logged.log.handler.close()


def fails(part_id: str) -> None:
    image = np.full((480, 640), 7, np.uint8)
    try:
        raise PermissionError(13, f"anna@example.org may not see {part_id}, {image.shape}")
    except PermissionError as exc:
        raise ValueError(f"part {part_id} of anna") from exc


async def test_an_error_comes_as_an_envelope_and_says_where_it_happened(sending: Logged, collector: Collecting) -> None:
    with about_part(48213):
        try:
            fails("SN-0815")
        except ValueError:
            log.exception(
                "user %r at %s: part %s failed", "anna", "10.0.0.5", "SN-0815", extra={"fields": {"user": "anna"}}
            )
    await until(lambda: collector.got)
    ((path, headers, body),) = collector.got
    assert path == "/api/42/envelope/"
    assert "sentry_key=key123" in headers["x-sentry-auth"]
    event = event_in(body)
    assert event["logentry"]["message"] == "user %r at %s: part %s failed"
    assert event["tags"]["inspection_id"] == "48213"
    assert (event["level"], event["logger"], event["platform"]) == ("error", "service.test", "python")
    assert (event["server_name"], event["release"]) == ("Hall 2", "vision-inspection@1.2.3")
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"]) == ("PermissionError", "ValueError")
    (last,) = error["stacktrace"]["frames"][-1:]
    assert (last["function"], last["filename"]) == ("fails", "service/logs/test_collector.py")


async def test_nothing_about_people_leaves_and_no_image(sending: Logged, collector: Collecting) -> None:
    try:
        fails("SN-0815")
    except ValueError:
        log.exception(
            "user %r at %s: part %s failed", "anna", "10.0.0.5", "SN-0815", extra={"fields": {"user": "anna"}}
        )
    logging.getLogger("some.library").error("lost anna@example.org at 10.0.0.5")
    await until(lambda: len(collector.got) == 2)
    sent = b"".join(body for *_, body in collector.got)
    for private in (b"anna", b"10.0.0.5", b"SN-0815", b"example.org", b"/home", b"/work", b"sys.argv", b"vars"):
        assert private not in sent, private
    assert len(sent) < 20_000
    assert all(event.keys().isdisjoint({"user", "request", "breadcrumbs", "modules"}) for event in collector.events)
    assert collector.events[1]["logentry"]["message"] == "some.library logged an error"
    assert "anna" in sending.text(), "the station's own log has it"


async def test_only_errors_and_each_once_a_minute(sending: Logged, collector: Collecting) -> None:
    for number in range(5):
        log.warning("warned %d", number)
        log.error("failed %d", number)
    log.critical("the end")
    await until(lambda: len(collector.got) == 2)
    assert [(event["logentry"]["message"], event["level"]) for event in collector.events] == [
        ("failed %d", "error"),
        ("the end", "fatal"),
    ]
    assert len([line for line in sending.lines("service.test") if "failed" in line["message"]]) == 5


async def test_a_collector_that_fails_or_is_not_there_costs_the_log_nothing(
    make_log: Callable[..., Logged], collector: Collecting
) -> None:
    collector.status = 500
    logged = make_log(sentry_dsn=collector.dsn)
    log.error("first")
    await until(lambda: collector.got)
    log.error("second")
    assert [line["message"] for line in logged.lines("service.test")] == ["first", "second"]
    gone = make_log(sentry_dsn="http://key@127.0.0.1:1/1")
    log.error("third")
    assert gone.lines("service.test")[-1]["message"] == "third"
    for each in (logged, gone):
        assert each.log.handler
        each.log.handler.close()


def test_without_the_library_it_is_said_and_the_station_runs(
    make_log: Callable[..., Logged], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    logged = make_log(sentry_dsn="http://key@127.0.0.1:1/1")
    (line,) = logged.lines("service.logs")
    assert "sentry-sdk is not installed" in line["message"]
    log.error("goes on")
    assert logged.lines("service.test")
