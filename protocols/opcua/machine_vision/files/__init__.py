"""Temporary files after OPC 10000-20: made for one session, read or written in pieces, gone when they are closed."""

from ..stored_files import Refusal, RefusedFileError, StationFiles, StoredFile
from .pool import FilePool

__all__ = ["FilePool", "Refusal", "RefusedFileError", "StationFiles", "StoredFile"]
