"""Whether the machine's clock follows a time server."""

import ctypes
import os

TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_STRUCT_BYTES = 512  # more than struct timex has on any Linux


def synchronised() -> bool:
    """Asks the kernel; False where it cannot tell."""
    library = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(_STRUCT_BYTES)  # modes = 0: only read
    try:
        state = library.adjtimex(buffer)
    except AttributeError:  # a C library without it
        return False
    return os.name == "posix" and 0 <= state < TIME_ERROR
