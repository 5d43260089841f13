"""Modbus requests a second: our server beside stock pymodbus and a libmodbus C server.

32 connections, one request outstanding on each, FC3 of 16 registers. The servers run in processes of their own and are
measured in turn, five times; what counts is the median of the ratios.

    python benchmarks/modbus_rate.py
"""

import argparse
import asyncio
import contextlib
import select
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
C_SERVER = Path(__file__).with_name("libmodbus_server.c")
CONNECTIONS, REGISTERS, ROUNDS, SECONDS, WARM_UP_S = 32, 16, 5, 1.0, 0.2
REQUEST = struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, 0, REGISTERS)
ANSWER_BYTES = 9 + 2 * REGISTERS


class NoCommands:
    """Only reads are measured."""

    def write(self, client: str, registers: Mapping[int, int]) -> None: ...
    def write_bits(self, client: str, bits: Mapping[int, int]) -> None: ...
    def connected(self, client: str) -> None: ...
    def disconnected(self, client: str) -> None: ...
    def request_seen(self, client: str) -> None: ...


async def serve_ours(sock: socket.socket) -> None:
    """Our server with an empty image."""
    from protocols.image import ProcessImage
    from protocols.modbus import ModbusServer
    from protocols.settings import ModbusSettings

    server = ModbusServer(
        ProcessImage(),
        NoCommands(),
        ModbusSettings(max_connections=1000),
        station_name="benchmark",
        version="0",
        utc_us=lambda: time.time_ns() // 1000,
        uptime_s=lambda: 0,
    )
    await server.start(sock)
    await asyncio.Event().wait()


async def serve_pymodbus(sock: socket.socket) -> None:
    """pymodbus as its documentation starts it, with a table of as many registers."""
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    host, port = sock.getsockname()
    sock.close()
    registers = [SimData(0, count=1024, values=0, datatype=DataType.REGISTERS)]
    bits = [SimData(0, count=1024, values=False, datatype=DataType.BITS)]
    await ModbusTcpServer(
        SimDevice(0, simdata=(bits, bits, registers, registers)), address=(host, port)
    ).serve_forever()


def serve(name: str, loop: str) -> None:
    """Run one of our two Python servers in this process, for ever."""
    sock = socket.create_server(("127.0.0.1", 0))
    print(sock.getsockname()[1], flush=True)
    serving = {"ours": serve_ours, "pymodbus": serve_pymodbus}[name](sock)
    if loop == "uvloop":
        import uvloop

        uvloop.run(serving)
    else:
        asyncio.run(serving)


@contextlib.contextmanager
def started(*command: str) -> Iterator[int]:
    """Run a server that prints its port; give the port once it answers."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.perf_counter() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                sock.sendall(REQUEST)
                if len(sock.recv(512)) == ANSWER_BYTES:
                    return
        except OSError:
            time.sleep(0.05)
        if time.perf_counter() > until:
            raise SystemExit(f"the server on port {port} did not come up")


def rate(port: int, seconds: float) -> float:
    """Requests answered a second, closed loop over all connections."""
    poll, sockets = select.epoll(), {}
    for _ in range(CONNECTIONS):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[sock.fileno()] = sock
        poll.register(sock, select.EPOLLIN)
    for sock in sockets.values():
        sock.sendall(REQUEST)
    _answered(poll, sockets, WARM_UP_S)
    started_at = time.perf_counter()
    done = _answered(poll, sockets, seconds)
    elapsed = time.perf_counter() - started_at
    for sock in sockets.values():
        sock.close()
    poll.close()
    return done / elapsed


def _answered(poll: select.epoll, sockets: Mapping[int, socket.socket], seconds: float) -> int:
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        for fd, _ in poll.poll(1):
            if len(sockets[fd].recv(512)) != ANSWER_BYTES:
                raise SystemExit("an answer was cut or refused: the figures would mean nothing")
            sockets[fd].send(REQUEST)
            done += 1
    return done


def compile_c(folder: str) -> str | None:
    """The C server's program, None where it cannot be built."""
    if not (shutil.which("gcc") and shutil.which("pkg-config")):
        return None
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True)
    if flags.returncode:
        return None
    program = f"{folder}/libmodbus_server"
    subprocess.run(["gcc", "-O2", "-o", program, str(C_SERVER), *flags.stdout.split()], check=True)
    return program


def measure(loop: str, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, list[float]]:
    """Requests a second by server, one figure a round."""
    this = (sys.executable, str(Path(__file__).resolve()), "--loop", loop, "--serve")
    commands: dict[str, tuple[str, ...]] = {"ours": (*this, "ours"), "pymodbus": (*this, "pymodbus")}
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as servers:
        if program := compile_c(folder):
            commands["libmodbus"] = (program,)
        ports = {name: servers.enter_context(started(*command)) for name, command in commands.items()}
        for _ in range(rounds):
            for name, port in ports.items():
                rates.setdefault(name, []).append(rate(port, seconds))
    return rates


def report(rates: Mapping[str, list[float]], loop: str) -> None:
    """Print a table in Markdown."""
    print(f"FC3 of {REGISTERS} registers, {CONNECTIONS} connections, {loop}, median of {len(rates['ours'])} rounds\n")
    print("| server | requests/s | ours is |\n|---|---:|---:|")
    for name, figures in rates.items():
        ratios = [ours / other for ours, other in zip(rates["ours"], figures, strict=True)]
        print(f"| {name} | {statistics.median(figures):,.0f} | {statistics.median(ratios):.2f} x |")
    if "libmodbus" not in rates:
        print("\nlibmodbus was not measured: apt-get install gcc pkg-config libmodbus-dev")


def main() -> None:
    """Measure, or serve for the measuring process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="uvloop", help="of both Python servers")
    parser.add_argument("--serve", choices=("ours", "pymodbus"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.loop)
    else:
        report(measure(args.loop), args.loop)


if __name__ == "__main__":
    main()
