"""Wireshark's dissectors as the judge of what goes over the wire: whole sessions of other people's clients."""

import asyncio
import json
import shutil
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import Running, free_port

from .node import PACKAGES, answer, node_modules, program

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
SERIAL, JSMODBUS = PACKAGES / "modbus" / "serial.cjs", PACKAGES / "modbus" / "jsmodbus.cjs"
BROWSE, VISION = PACKAGES / "opcua" / "browse.cjs", PACKAGES / "opcua" / "vision.cjs"
PARTS = 3
WARNING = 6_291_456  # severity of Wireshark's experts; an error is more
ILLEGAL_ADDRESS = "2"
RESPONSE = 3  # in OPC UA's binary encoding the id of a response is that of its request and 3
END = b"the session is over"
OTHER_FUNCTIONS = {
    7: "",
    8: "0000 beef",
    23: "03e8 0003 0006 0001 02 0007",
}
"""Functions that neither client has, with what follows the code."""

FAULT = 397  # the binary encoding of ServiceFault
NO_SUBSCRIPTION = "0x80790000"  # what a Publish that waits gets when the last subscription goes (Part 4, 5.13.5)


class Capture:
    """Packets of one station, as tshark reads them."""

    def __init__(self, path: Path, station: Running) -> None:
        self.path, self.station = path, station

    async def fields(self, wanted: str, *names: str) -> list[list[str]]:
        """Of every packet that the display filter takes; several values of one field are joined by commas."""
        columns = [option for name in names for option in ("-e", name)]
        ports = ("-o", f"mbtcp.tcp.port:{self.station.modbus}", "-d", f"tcp.port=={self.station.opcua},opcua")
        order = ("-o", "tcp.reassemble_out_of_order:TRUE")
        command = ("tshark", "-r", str(self.path), *ports, *order, "-Y", wanted, "-T", "fields", *columns)
        tshark = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(60):
            out, err = await tshark.communicate()
        assert tshark.returncode == 0, err.decode()
        return [line.split("\t") for line in out.decode().splitlines()]

    async def judged(self, protocol: str, port: int) -> None:
        """Everything on this port is of the protocol, and no expert finds fault with it.

        What a slow machine's TCP sends a second time is not dissected again.
        """
        ours = f"tcp.port == {port} and tcp.len > 0 and not tcp.analysis.retransmission"
        assert await self.fields(f"{ours} and {protocol}", "frame.number"), f"no {protocol} was captured"
        complaint = f"{ours} and (_ws.malformed or _ws.expert.severity >= {WARNING})"
        assert await self.fields(complaint, "frame.number", "_ws.expert.message") == []
        assert await self.fields(f"{ours} and not {protocol} and not tcp.reassembled_in", "frame.number") == []


@asynccontextmanager
async def captured(station: Running, folder: Path) -> AsyncIterator[Capture]:
    """What goes over both ports of the station inside the block."""
    if shutil.which("tshark") is None or shutil.which("dumpcap") is None:
        pytest.skip("tshark is not installed: apt-get install tshark")
    path, end = folder / "session.pcapng", free_port()
    ports = f"tcp port {station.modbus} or tcp port {station.opcua} or udp port {end}"
    dumpcap = await asyncio.create_subprocess_exec(
        *("dumpcap", "-q", "-i", "lo", "-f", ports, "-w", str(path)), stderr=asyncio.subprocess.PIPE
    )
    try:
        await begun(dumpcap)
        yield Capture(path, station)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            async with asyncio.timeout(60):
                while END not in path.read_bytes():
                    probe.sendto(END, ("127.0.0.1", end))
                    await asyncio.sleep(0.05)
        dumpcap.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            await dumpcap.wait()
    finally:
        if dumpcap.returncode is None:
            dumpcap.kill()
        await dumpcap.communicate()


async def begun(dumpcap: asyncio.subprocess.Process) -> None:
    assert dumpcap.stderr
    said = b""
    async with asyncio.timeout(60):
        while not said.startswith(b"File:"):
            said = await dumpcap.stderr.readline()
            if b"permission" in said or not said:
                pytest.skip(f"packets cannot be captured here: {said.decode().strip()}")


async def test_no_dissector_finds_fault_with_modbus(station: Running, tmp_path: Path) -> None:
    node_modules("modbus")  # fetched before anything is captured
    async with captured(station, tmp_path) as capture:
        await answer(SERIAL, "modbus", station.modbus, PARTS)
        await answer(JSMODBUS, "modbus", station.modbus, PARTS)
        await others(station.modbus)
    await capture.judged("modbus", station.modbus)
    refused = await capture.fields("modbus.exception_code", "modbus.exception_code")
    assert refused == 2 * [[ILLEGAL_ADDRESS]], "what the two clients ask for on purpose"
    asked = await capture.fields(f"tcp.dstport == {station.modbus} and mbtcp", "tcp.stream", "mbtcp.trans_id")
    answered = await capture.fields(f"tcp.srcport == {station.modbus} and mbtcp", "tcp.stream", "mbtcp.trans_id")
    assert by_stream(asked) == by_stream(answered), "every request has its answer, in the order of the requests"
    codes = await capture.fields(f"tcp.srcport == {station.modbus} and modbus", "modbus.func_code")
    used = {code for (line,) in codes for code in line.split(",")}
    assert {int(code) for code in used} == {*range(1, 9), 15, 16, 17, 22, 23, 43}


async def others(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number, (code, data) in enumerate(OTHER_FUNCTIONS.items(), 1):
        pdu = bytes((code,)) + bytes.fromhex(data)
        writer.write(number.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + b"\1" + pdu)
        head = await reader.readexactly(6)
        await reader.readexactly(int.from_bytes(head[4:], "big"))
    writer.close()
    await writer.wait_closed()


def by_stream(lines: list[list[str]]) -> dict[str, list[str]]:
    """Transaction ids of each connection, in order."""
    found: dict[str, list[str]] = {}
    for stream, ids in lines:
        found.setdefault(stream, []).extend(ids.split(","))
    return found


async def test_no_dissector_finds_fault_with_opcua(station: Running, tmp_path: Path) -> None:
    """Anonymous and without encryption, for tshark to see inside: browse, read, subscribe, events of three parts."""
    node_modules("modbus")
    connection = {"url": f"opc.tcp://127.0.0.1:{station.opcua}/", "pki": str(tmp_path / "pki")}
    given = {"connection": connection, "system": "ns=2;s=VisionSystem", "node": "ns=2;s=VisionSystem"}
    async with captured(station, tmp_path) as capture:
        await answer(BROWSE, "opcua", json.dumps(given))
        listening = json.dumps(given | {"parts": 0, "others": PARTS})
        async with program(VISION, "opcua", listening) as scada, asyncio.timeout(60):
            assert scada.stdout
            while (line := await scada.stdout.readline()).strip() != b"listening":
                assert line, "the client ended"
            await answer(SERIAL, "modbus", station.modbus, PARTS)
            out, _ = await scada.communicate()
            assert scada.returncode == 0, out.decode()
    await capture.judged("opcua", station.opcua)
    lines = await capture.fields("opcua.ServiceResult", "opcua.ServiceResult")
    results = {result for (line,) in lines for result in line.split(",")}
    assert results - {NO_SUBSCRIPTION} == {"0x00000000"}
    assert not await capture.fields('opcua.transport.type == "ERR"', "opcua.transport.reason")
    services = ("opcua.transport.type", "opcua.servicenodeid.numeric")
    asked = await capture.fields(f"tcp.dstport == {station.opcua} and opcua", *services)
    answered = await capture.fields(f"tcp.srcport == {station.opcua} and opcua", *services)
    requests, answers = messages(asked), messages(answered)
    assert {BROWSE_REQUEST, READ, CREATE_MONITORED_ITEMS} <= requests.keys()
    published, ended = answers.pop(PUBLISH + RESPONSE), answers.pop(FAULT, 0)
    assert 0 < published <= published + ended <= requests.pop(PUBLISH), "the last ones wait when the session ends"
    requests.pop(CLOSE)  # has no answer
    assert answers == Counter({service + RESPONSE: count for service, count in requests.items()})


CLOSE, BROWSE_REQUEST, READ, CREATE_MONITORED_ITEMS, PUBLISH = 452, 527, 631, 751, 826


def messages(lines: list[list[str]]) -> Counter[int]:
    """How often each service; several messages of one packet are joined by commas."""
    return Counter(int(number) for _, numbers in lines for number in numbers.split(",") if number)
