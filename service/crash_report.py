"""The last words of a process that ends by a signal: Python's fault handler writes them, the master reads them."""

import faulthandler
import os
import re

_VISION = re.compile(r'File "[^"]*/(vision/(?!cameras/)[^"]+)", line (\d+) in (\S+)')


class CrashReport:
    """A file in memory that the master shares with every generation."""

    def __init__(self, inherited: int | None = None) -> None:
        """A file of its own, or the one that the master has left as this descriptor."""
        self.descriptor = inherited or os.memfd_create("crash-report")

    def enable(self) -> None:
        """In the worker, once its own signals are set."""
        faulthandler.enable(self.descriptor, all_threads=False)

    def take(self) -> str:
        """In the master: what the process that is gone said, once; "" after SIGKILL or an orderly end."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        said = os.read(self.descriptor, 1 << 16).decode("utf-8", "replace")
        os.ftruncate(self.descriptor, 0)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        return said


def signal_of(report: str) -> str:
    """For example "Segmentation fault"."""
    return report.partition("\n")[0].removeprefix("Fatal Python error: ")


def place_in_vision(report: str) -> str | None:
    """Where in vision (its cameras aside) it happened; "" where no Python was running; None = elsewhere."""
    if found := _VISION.search(report):
        return "{}, line {} ({})".format(*found.groups())
    return None if 'File "' in report else ""
