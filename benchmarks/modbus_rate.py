"""Modbus requests a second: our server beside stock pymodbus and a libmodbus C server.

32 connections, one request outstanding on each, FC3 of 16 registers. The servers and the load generator run in
processes of their own; the servers are measured in turn, five times, and what counts is the median of the ratios. The
processor time a request costs the server stands beside it: on a machine that does other work, too, it is the figure to
trust. Needs gcc and libmodbus for the C server; with gcc the generator is a C program, else this one.

    python benchmarks/modbus_rate.py
"""

import argparse
import asyncio
import contextlib
import os
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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
C_SERVER, C_LOAD = (Path(__file__).with_name(name) for name in ("libmodbus_server.c", "modbus_load.c"))
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
def started(*command: str) -> Iterator[tuple[int, int]]:
    """Run a server that prints its port; give process id and port once it answers."""
    environment, nowhere = {"PYTHONPATH": str(ROOT)}, subprocess.DEVNULL  # pymodbus tells of every client that goes
    process = subprocess.Popen(command, text=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=nowhere)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        _wait_for(port)
        yield process.pid, port
    finally:
        process.kill()
        process.communicate()  # closes the pipe as well


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


def python_rate(port: int, seconds: float) -> float:
    """Requests answered a second, closed loop over all connections; for where there is no C compiler."""
    with contextlib.ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        sockets = {}
        for _ in range(CONNECTIONS):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets[sock.fileno()] = sock
            poll.register(sock, select.EPOLLIN)
            sock.sendall(REQUEST)
        _answered(poll, sockets, WARM_UP_S)
        started_at = time.perf_counter()
        done = _answered(poll, sockets, seconds)
        return done / (time.perf_counter() - started_at)


def _answered(poll: select.epoll, sockets: Mapping[int, socket.socket], seconds: float) -> int:
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        for fd, _ in poll.poll(1):
            if len(sockets[fd].recv(512)) != ANSWER_BYTES:
                raise SystemExit("an answer was cut or refused: the figures would mean nothing")
            sockets[fd].send(REQUEST)
            done += 1
    return done


def c_rate(program: str, port: int, seconds: float) -> float:
    """The same by the C program."""
    command = [program, str(port), str(CONNECTIONS), str(seconds)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compiled(source: Path, folder: str, *libraries: str) -> str | None:
    """The program of a C file, None where it cannot be built."""
    if not (shutil.which("gcc") and shutil.which("pkg-config")):
        return None
    flags: list[str] = []
    if libraries:
        found = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], capture_output=True, text=True)
        if found.returncode:
            return None
        flags = found.stdout.split()
    program = f"{folder}/{source.stem}"
    subprocess.run(["gcc", "-O2", "-o", program, str(source), *flags], check=True)
    return program


def cpu_s(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """One server, one measurement."""

    per_s: float
    cpu_us: float  # of the server, per request


def measure(loop: str, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, list[Round]]:
    """By server, one figure a round."""
    this = (sys.executable, str(Path(__file__).resolve()), "--loop", loop, "--serve")
    commands: dict[str, tuple[str, ...]] = {"ours": (*this, "ours"), "pymodbus": (*this, "pymodbus")}
    result: dict[str, list[Round]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as servers:
        if program := compiled(C_SERVER, folder, "libmodbus"):
            commands["libmodbus"] = (program,)
        load = compiled(C_LOAD, folder)
        running = {name: servers.enter_context(started(*command)) for name, command in commands.items()}
        for _ in range(rounds):
            for name, (pid, port) in running.items():
                before = cpu_s(pid)
                per_s = c_rate(load, port, seconds) if load else python_rate(port, seconds)
                cpu_us = (cpu_s(pid) - before) / (per_s * (seconds + WARM_UP_S)) * 1e6
                result.setdefault(name, []).append(Round(per_s, cpu_us))
    return result


def report(rounds: Mapping[str, list[Round]], loop: str) -> None:
    """Print a table in Markdown."""
    print(f"FC3 of {REGISTERS} registers, {CONNECTIONS} connections, {loop}, median of {len(rounds['ours'])} rounds\n")
    print("| server | requests/s | ours is | processor time a request | ours takes |\n|---|---:|---:|---:|---:|")
    for name, figures in rounds.items():
        both = list(zip(rounds["ours"], figures, strict=True))
        print(
            f"| {name} | {statistics.median(r.per_s for r in figures):,.0f} "
            f"| {statistics.median(ours.per_s / other.per_s for ours, other in both):.2f} x "
            f"| {statistics.median(r.cpu_us for r in figures):.1f} us "
            f"| 1/{statistics.median(other.cpu_us / ours.cpu_us for ours, other in both):.2f} |"
        )
    if "libmodbus" not in rounds:
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
