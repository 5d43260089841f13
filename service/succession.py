"""Where the next generation comes from: the release that `current` names, or the checkout that it was started in.

Installed, a station lies in ``<somewhere>/releases/<version>``, with an environment of its own in ``.venv``, and
``<somewhere>/current`` is a symbolic link to the release that is to run.
"""

from pathlib import Path

RELEASES = "releases"
CURRENT = "current"
PYTHON = ".venv/bin/python"


def successor(folder: str, python: str) -> tuple[str, str]:
    """Folder and interpreter of the next generation of a station that `python` started in `folder` (resolved).

    The link is resolved once: switched meanwhile, it does not split a generation.

    Raises:
        OSError: `current` leads nowhere.
    """
    link = Path(folder).parents[1] / CURRENT if Path(folder).parent.name == RELEASES else None
    if link is None or not link.is_symlink():
        return folder, python
    release = link.resolve(strict=True)
    return str(release), str(release / PYTHON)
