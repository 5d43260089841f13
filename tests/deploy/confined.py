"""Run a command as a unit confines it: ``python confined.py SYSTEM_CALLS COMMAND...``, names joined by commas.

The filter is a real one of the kernel's, and so is the rule that no memory is written and executed; setpriv and prlimit
do the rest before. Needs Linux on x86-64 or arm64, and its headers.
"""

import ctypes
import os
import re
import struct
import sys
from pathlib import Path

PR_SET_SECCOMP, MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
ALLOW, EPERM = 0x7FFF0000, 0x00050000 | 1
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06


def numbers() -> dict[str, int]:
    """Of the system calls, by name; raises LookupError where the headers are not installed."""
    for header in ("x86_64-linux-gnu/asm/unistd_64.h", "asm-generic/unistd.h"):
        path = Path("/usr/include", header)
        if path.exists():
            found = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", path.read_text())
            return {name: int(number) for name, number in found}
    raise LookupError("Debian's linux-libc-dev is needed")


def program(allowed: list[int]) -> bytes:
    """Allows these, and refuses all others with EPERM."""
    code = [(LOAD_WORD, 0, 0, 0)]
    for number in allowed:
        code += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    code.append((RETURN, 0, 0, EPERM))
    return b"".join(struct.pack("=HBBI", *each) for each in code)


def confine(names: list[str]) -> None:
    known = numbers()
    code = program([known[name] for name in names if name in known])
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = struct.pack("=HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    call(libc, PR_SET_NO_NEW_PRIVS, 1)
    call(libc, PR_SET_MDWE, REFUSE_EXEC_GAIN, may_be_unknown=True)
    call(libc, PR_SET_SECCOMP, MODE_FILTER, ctypes.create_string_buffer(fprog, len(fprog)))


def call(libc: ctypes.CDLL, option: int, *rest: object, may_be_unknown: bool = False) -> None:
    padded = [*rest, 0, 0, 0][:4]
    words = [ctypes.c_ulong(word) if isinstance(word, int) else word for word in padded]
    if libc.prctl(option, *words) and not may_be_unknown:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    confine(sys.argv[1].split(","))
    os.execvp(sys.argv[2], sys.argv[2:])
