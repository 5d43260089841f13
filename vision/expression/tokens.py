"""A formula's text in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ExpressionError

# No alternative begins like another one and none repeats inside a repetition: the time is linear.
_WORD = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    |\{(?P<braced>[^{}]*)\}
    |(?P<name>[^\W\d]\w*(?:\[[0-9]+\])?(?:\.[^\W\d]\w*(?:\[[0-9]+\])?)?)
    |(?P<sign>\*\*|<=|>=|==|!=|[-+*/^<>(),])""",
    re.VERBOSE,
)
_HINTS = {
    "=": "write == to compare",
    '"': "the text that begins here does not end",
    "'": "the text that begins here does not end",
    "{": "the name that begins here does not end with }",
    "&": "write and; texts are joined with +",
    "|": "write or",
    "!": "write not, or != to compare",
    "%": "write mod(a, b)",
    "?": "write if(condition, then, else)",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind is number, text, name, braced, sign or end."""

    at: int
    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """All words, the end last.

    Raises:
        ExpressionError: There is what begins no word.
    """
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            hint = _HINTS.get(text[at], "this means nothing here")
            raise ExpressionError(at, f"{text[at]!r}: {hint}")
        kind = str(found.lastgroup)
        if kind != "space":
            yield Token(at, kind, found[kind])
        at = found.end()
    yield Token(at, "end", "")
