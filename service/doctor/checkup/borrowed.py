"""The variables of the running station, for as long as it is examined: they stand over the settings file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWN = ("VISION_", "GUNICORN_", "RUNTIME_DIRECTORY=")
CONFIG = "CONFIG_PATH"


@contextmanager
def variables_of(master: int) -> Iterator[None]:
    """Those of this process, where the master's cannot be read."""
    before = dict(os.environ)
    try:
        given, folder = _given(master), Path(f"/proc/{master}/cwd").readlink()
    except OSError:
        yield
        return
    for name in [name for name in before if f"{name}=".startswith(OWN)]:
        del os.environ[name]
    os.environ.update({name: value for name, value in given.items() if f"{name}=".startswith(OWN)})
    config = folder / given.get(CONFIG, "config/station.toml")
    if CONFIG in given or config.exists():
        os.environ[CONFIG] = str(config)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _given(pid: int) -> dict[str, str]:
    words = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
    return dict(word.split("=", 1) for word in words if "=" in word)
