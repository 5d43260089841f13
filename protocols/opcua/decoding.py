"""What asyncua makes of a request's bytes: those that are none are told as such, not as a defect of the server."""

from typing import Any

import asyncua.server.uaprocessor as uaprocessor
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.ua.ua_binary import struct_from_binary


def decoded(kind: Any, body: Any) -> Any:
    """A structure of `kind`.

    Raises:
        ServiceError: BadDecodingError, whatever the decoder stumbled over.
    """
    try:
        return struct_from_binary(kind, body)
    except Exception as exc:  # it knows as many errors as there are ways to be wrong
        raise ServiceError(ua.StatusCodes.BadDecodingError) from exc


def install() -> None:
    """Have asyncua 2.1.0's processor decode by this, which answers BadInternalError otherwise; twice is harmless."""
    uaprocessor.struct_from_binary = decoded
