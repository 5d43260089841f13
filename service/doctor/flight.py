"""A stretch of what is remembered as one archive: packets, requests, timelines, registers, findings."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from protocols.modbus import Stand
from protocols.modbus.blocks import written_values

from .case import Case
from .examine import examine, words_of
from .frames import packets
from .pcapng import capture
from .record import Part
from .seen import Seen
from .timeline import timeline

README = """A flight recording of the Modbus TCP traffic of an inspection station
{start} to {end} (UTC), {requests} requests, {parts} parts, vision-inspection {version}

traffic.pcapng   for Wireshark. Times, addresses of the clients and every byte of Modbus are real. The packets around
                 them are made: the station is {station} with port 502 (set: {port}), each client has one connection.
                 A comment at each answer has the number of the request and the handshake as it stood then.
requests.json    the same requests, read with the map in hand
parts.json       each part from the write that triggered it to its acknowledge
registers.csv    the handshake's registers after each request that said something new
findings.json    what the handshake doctor says of the stretch

From request {whole_from} on every request is here. Before it, requests that repeat what the same client asked already,
without anything having happened in between, are left out.
"""


def archive(case: Case, start_us: int, end_us: int, port: int, version: str) -> bytes | None:
    """The zip of what was asked in ``start_us <= t <= end_us`` (UTC); None where nothing was."""
    stretch = case.between(start_us, end_us)
    seen, parts = stretch.seen, stretch.parts
    if not seen:
        return None
    words = README.format(
        start=_iso(case.utc_us(seen[0].exchange.monotonic_ns)),
        end=_iso(case.utc_us(seen[-1].at_ns)),
        requests=len(seen),
        parts=len(parts),
        version=version,
        station="192.0.2.1 (2001:db8::1)",
        port=port,
        whole_from=max(case.whole_from, min(s.exchange.number for s in seen)),
    )
    files = {
        "README.txt": words.encode(),
        "traffic.pcapng": _pcapng(stretch, version),
        "requests.json": orjson.dumps([_request(case, s) for s in seen], option=orjson.OPT_INDENT_2),
        "parts.json": orjson.dumps([_part(stretch, p) for p in parts], option=orjson.OPT_INDENT_2),
        "registers.csv": _registers(case, seen),
        "findings.json": orjson.dumps([asdict(f) for f in examine(stretch)], default=str, option=orjson.OPT_INDENT_2),
    }
    return _zip(files)


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def _pcapng(case: Case, version: str) -> bytes:
    stands = {s.exchange.number: s.stand for s in case.seen if s.fresh}
    offset_ns = case.utc_offset_us * 1000
    made = packets([s.exchange for s in case.seen])
    told = (
        (p.at_ns + offset_ns, p.frame, _comment(p.exchange and p.answer and p.exchange.number, stands)) for p in made
    )
    return capture(told, f"vision-inspection {version}")


def _comment(number: Any, stands: dict[int, Stand | None]) -> str:
    stand = stands.get(number) if number else None
    if not number:
        return ""
    if stand is None:
        return f"request {number}"
    return (
        f"request {number}; TriggerReady {stand.ready:d} ResultsValid {stand.valid:d} TriggerSeqAck "
        f"{stand.trigger_seq_ack} TriggerSeqRejected {stand.trigger_seq_rejected} ResultSeq {stand.result_seq} "
        f"ResultsInQueue {stand.queued}"
    )


def _request(case: Case, seen: Seen) -> dict[str, Any]:
    exchange = seen.exchange
    return {
        "number": exchange.number,
        "utc": _iso(case.utc_us(exchange.monotonic_ns)),
        "client": exchange.client,
        "transaction": exchange.transaction,
        "unit": exchange.unit,
        "words": words_of(seen),
        "values": list(written_values(exchange.request)),
        "registers": list(seen.raw),
        "exception": exchange.exception,
        "request": exchange.request.hex(" "),
        "answer": exchange.answer.hex(" "),
        "duration_us": exchange.duration_ns / 1000,
    }


def _part(case: Case, part: Part) -> dict[str, Any]:
    marks = timeline(case, part)
    return {
        "number": part.number,
        "result_seq": part.result_seq,
        "trigger_seq": part.accepted.seq,
        "client": part.accepted.client,
        "marks": [
            {
                "kind": mark.kind,
                "utc": _iso(case.utc_us(mark.at_ns)),
                "after_us": (mark.at_ns - marks[0].at_ns) / 1000,
                "words": mark.words,
                "client": mark.client,
                "request": mark.exchange,
                "registers": [asdict(r) for r in mark.registers],
            }
            for mark in marks
        ],
    }


def _registers(case: Case, seen: Sequence[Seen]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("request", "utc", "client", *Stand._fields))
    for one in seen:
        if one.fresh and one.stand:
            rows.writerow((one.exchange.number, _iso(case.utc_us(one.at_ns)), one.exchange.client, *one.stand))
    return text.getvalue().encode()


def _iso(utc_us: int) -> str:
    return datetime.fromtimestamp(utc_us / 1e6, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
