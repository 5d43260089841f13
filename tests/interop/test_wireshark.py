"""Wireshark's own dissectors on a flight recording: every packet is Modbus/TCP to them, none is malformed."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Running
from tests.plc_side import wired

pytestmark = pytest.mark.interop


def tshark(capture: Path, *arguments: str) -> list[list[str]]:
    """Its fields, one line a packet."""
    program = shutil.which("tshark")
    if not program:
        pytest.skip("tshark is not here: apt-get install tshark")
    checked = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    done = subprocess.run(
        [program, "-n", "-r", str(capture), *checked, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


async def test_a_flight_recording_is_whole_to_wireshark(station: Running, tmp_path: Path) -> None:
    import aiohttp

    async with wired(station.modbus) as wire:
        parts = [await wire.part() for _ in range(5)]
        with pytest.raises(Exception, match="exception 02"):
            await wire.plc.read(64, 1)
        async with aiohttp.ClientSession() as http, http.get(f"{station.url}/api/v1/modbus/flight") as answer:
            archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    capture = Path(archive.extract("traffic.pcapng", tmp_path))
    fields = ("-T", "fields", "-e", "modbus.func_code", "-e", "modbus.exception_code")
    packets = tshark(capture, *fields)
    said = [p for p in packets if p[0]]
    assert len(packets) == len(said) + 3, "all but the opening of the connection is Modbus"
    assert len(said) % 2 == 0
    assert [p[1] for p in said if p[1]] == ["2"]
    assert tshark(capture, "-Y", "_ws.malformed || tcp.analysis.flags || _ws.expert.severity >= 6291456") == []
    assert tshark(capture, "-Y", "tcp.checksum.status != 1 || (ip && ip.checksum.status != 1)") == []
    triggers = ("-Y", "modbus.func_code == 23 && tcp.dstport == 502", *fields[:2], "-e", "modbus.reference_num")
    assert len(tshark(capture, *triggers)) >= len(parts)
    answered = tshark(capture, "-Y", "modbus.response_time", *fields)
    assert len(answered) == len(said) // 2 - 1, "each answer was joined to its request; to an exception it says no time"
    comments = tshark(capture, "-T", "fields", "-e", "frame.comment")
    assert any("TriggerSeqAck" in line[0] for line in comments)
    assert f"ResultSeq {parts[-1].result_seq}" in comments[-3][0]
