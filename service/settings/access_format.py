"""The format of an access log line, as Gunicorn's operators write it: ``%(h)s`` is the remote address."""

import re

DEFAULT_FORMAT = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'
ATOMS = "hlutrsmUqHbBfaTDMLp"
_FIELD = re.compile(r"%(?:%|\((\w+|\{[\w-]+\}[io])\)s)")


def format_problem(given: str) -> str:
    """What is wrong with a format; "" = nothing."""
    for found in _FIELD.finditer(given):
        if (atom := found[1]) and not atom.startswith("{") and atom not in ATOMS:
            return f"there is no %({atom})s; there are {', '.join(ATOMS)}, {{header}}i and {{header}}o"
    if (at := _FIELD.sub("", given).find("%")) >= 0:
        rest = _FIELD.sub("", given)[at : at + 12]
        return f"{rest!r} is no %(name)s; %(h)s is the remote address, %% a percent sign"
    return ""
