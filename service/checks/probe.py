"""One check, in its thread: a command or a URL. "" = it is well, else why not."""

import http.client
import os
import selectors
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import IO

from service.settings.checks import Check

KEPT = 4096  # bytes of what a command says; the rest is read and thrown away
LONGEST = 200  # characters of a reason
NICENESS = 10


def probe(check: Check, stop: int) -> str:
    """Blocks for `limit_s`, a URL in odd cases longer. `stop`: a command ends when this descriptor can be read."""
    return run(check.command, check.limit_s, stop) if check.command else fetch(check.url, check.limit_s)


def run(command: tuple[str, ...], limit_s: float, stop: int) -> str:
    """It ends in time with exit code 0; else its whole process group is killed, its first line is the reason."""
    end = time.monotonic() + limit_s
    try:
        process = subprocess.Popen(  # noqa: S603 - the command is the engineer's, there is no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
    except (OSError, ValueError) as exc:
        return f"cannot be run: {exc}"
    with process:
        with suppress(OSError):  # it has our priority, which is before all other programs
            os.setpriority(os.PRIO_PGRP, process.pid, NICENESS)
        assert process.stdout
        said = _said(process, process.stdout, end, stop)
        with suppress(OSError):  # also what it left behind; its group is there until it is waited for
            os.killpg(process.pid, signal.SIGKILL)
    if said is None:
        return f"no answer within {limit_s:g} s"
    return _failed(process.returncode, said) if process.returncode else ""


def _said(process: "subprocess.Popen[bytes]", output: IO[bytes], end: float, stop: int) -> bytes | None:
    """What it says until it ends; None = it has not by `end`. A child that it leaves behind is not waited for."""
    said = bytearray()
    ended = os.pidfd_open(process.pid)
    os.set_blocking(output.fileno(), False)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(ended, selectors.EVENT_READ)
            selector.register(output, selectors.EVENT_READ)
            selector.register(stop, selectors.EVENT_READ)
            while (left := end - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fd == ended:
                        _read(output, said)
                        return bytes(said)
                    if key.fd == stop:
                        return None
                    if not _read(output, said):
                        selector.unregister(output)
    finally:
        os.close(ended)
    return None


def _read(output: IO[bytes], said: bytearray) -> bool:
    """What there is; whether more may come."""
    try:
        data = os.read(output.fileno(), 65536)
    except BlockingIOError:
        return True
    said += data[: KEPT - len(said)]
    return bool(data)


def _failed(code: int, said: bytes) -> str:
    how = f"exit code {code}"
    if code < 0:
        with suppress(ValueError):
            how = f"ended by {signal.Signals(-code).name}"
    lines = said.decode("utf-8", "replace").split("\n")
    line = next((stripped for line in lines if (stripped := _printable(line))), "")
    return f"{how}: {line}" if line else how


def _printable(line: str) -> str:
    return "".join(sign for sign in line.strip() if sign.isprintable())[:LONGEST]


def fetch(url: str, limit_s: float) -> str:
    """It answers with a status of 200 to 299, redirects followed; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"User-Agent": "vision-inspection"})  # noqa: S310 - http or https
    try:
        with opener.open(request, timeout=limit_s) as answer:
            status = answer.status
    except urllib.error.HTTPError as exc:
        exc.close()
        status = exc.code
    except TimeoutError:
        return f"no answer within {limit_s:g} s"
    except (OSError, ValueError, http.client.HTTPException) as exc:
        return _unreachable(exc, limit_s)
    return "" if 200 <= status < 300 else f"answers with status {status}"


def _unreachable(exc: Exception, limit_s: float) -> str:
    """Without the URL: whoever asks /readyz reads this."""
    reason = getattr(exc, "reason", exc)
    if isinstance(reason, TimeoutError):
        return f"no answer within {limit_s:g} s"
    return _printable(str(reason)) or type(exc).__name__
