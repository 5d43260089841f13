"""Whether the ports of the servers are the station's, or free for it."""

import re
from collections.abc import Iterator

from service.addresses import SETTING, binds, is_loopback, split, taken
from service.port_owner import port_owner

from .finding import Finding, ok, wrong
from .subject import Subject


def listening(subject: Subject) -> Iterator[Finding]:
    """One finding a server. What a port lacks to be opened at all is a problem of the settings."""
    if subject.settings is None:
        return
    occupied = {} if subject.running else taken(subject.settings)
    for server, endpoint in binds(subject.settings).items():
        name, port = f"ports.{server}", split(endpoint)[1]
        if server in occupied:
            yield wrong(name, occupied[server].partition("; ")[0], f"Stop it, or set another {SETTING[server]}")
        elif subject.running is None:
            yield ok(name, f"{endpoint} is free")
        else:
            yield _of_station(name, endpoint, port, subject.running.master)


def reach(subject: Subject) -> Iterator[Finding]:
    """Who can connect."""
    if subject.settings is None:
        return
    open_ones = [name for name, at in binds(subject.settings).items() if not is_loopback(split(at)[0])]
    who = (
        f"other machines reach {', '.join(open_ones)}"
        if open_ones
        else "only this machine can connect ([station] bind)"
    )
    yield ok("ports.reach", who)


def _of_station(name: str, endpoint: str, port: int, master: int) -> Finding:
    owner = port_owner(port)
    process = re.match(r"process (\d+)", owner)
    if process is None:
        remedy = "See the log; ports change with a restart, not with a reload"
        return wrong(name, f"nobody listens on {endpoint}", remedy)
    if int(process[1]) in (master, *_children(master)):
        return ok(name, f"{endpoint} is the station's")
    return wrong(name, f"{endpoint} is taken by {owner}", "End that program, or set another port and restart")


def _children(pid: int) -> set[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123 - of the kernel
        return set(map(int, file.read().split()))


CHECKS = (listening, reach)
