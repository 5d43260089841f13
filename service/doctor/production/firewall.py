"""Whether a firewall stands before the ports that others reach."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from service.addresses import binds, is_loopback, split
from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, unknown, wrong

LIMIT_S = 5.0
WANTS = "etc/systemd/system/sysinit.target.wants/nftables.service"  # where `systemctl enable` puts it
REMEDY = (
    "Allow the plant's network alone: Firewall in docs/deployment.md; or vouch for another one ([production] accepted)"
)


def look(subject: Subject) -> Iterator[Finding]:
    """Root asks the kernel; others look at what is loaded when the machine starts."""
    if subject.settings is None:
        return
    reached = [at for at in binds(subject.settings).values() if not is_loopback(split(at)[0])]
    if not reached:
        yield ok("firewall", "no port is open to other machines")
    elif os.geteuid() == 0 and shutil.which("nft"):
        yield _of_kernel(reached)
    elif name := _enabled(subject):
        yield ok("firewall", f"{name} is set up on this machine")
    elif os.geteuid() == 0:
        yield wrong("firewall", f"none on this machine, and {', '.join(reached)} are open", REMEDY)
    else:
        yield unknown("firewall", "none is set up in the files that this user may read", REMEDY)


def filters_input(rules: str) -> bool:
    """A chain on the way in refuses something: `rules` as ``nft list ruleset`` or /etc/nftables.conf has them."""
    chains = rules.split("chain ")[1:]
    return any("hook input" in chain and ("drop" in chain or "reject" in chain) for chain in chains)


def _of_kernel(reached: list[str]) -> Finding:
    try:
        asked = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, timeout=LIMIT_S, check=True)  # noqa: S607
    except (OSError, subprocess.SubprocessError) as exc:
        return unknown("firewall", f"nft does not answer: {exc}", REMEDY)
    if filters_input(asked.stdout):
        return ok("firewall", "nftables refuses what is not allowed")
    return wrong("firewall", f"nftables lets everything in, and {', '.join(reached)} are open", REMEDY)


def _enabled(subject: Subject) -> str:
    rules, ufw = subject.of_system("etc/nftables.conf"), subject.of_system("etc/ufw/ufw.conf")
    if os.path.lexists(subject.of_system(WANTS)) and filters_input(_text(rules)):
        return "nftables"
    if "ENABLED=yes" in _text(ufw):
        return "ufw"
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
