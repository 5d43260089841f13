"""Regular expressions in time linear to the text (RE2): no expression, however bad, holds up the line."""

import re2

MOST_CHARACTERS = 1000
"""Of an expression."""

MOST_BYTES = 1 << 20
"""Of an expression made ready: what bounds the time for each character of a text."""

_NOT_KNOWN = {
    "invalid perl operator: (?=": "look-ahead",
    "invalid perl operator: (?!": "look-ahead",
    "invalid perl operator: (?<": "look-behind",
    "invalid perl operator: (?>": "an atomic group",
    "invalid perl operator: (?(": "a condition",
    "invalid perl operator: (?P": "a back-reference by name",
    "invalid escape sequence: \\k": "a back-reference by name",
    **{f"invalid escape sequence: \\{digit}": "a back-reference" for digit in range(1, 10)},
}
"""What others know, by how the library's words on it begin."""


def pattern_problem(pattern: str) -> str:
    """What is wrong with an expression, empty = nothing."""
    try:
        _compiled(pattern)
    except re2.error as exc:
        return f"{pattern!r} is not a pattern: {_words(exc)}"
    except UnicodeEncodeError:
        return f"{pattern!r} is not a pattern: it has half a character"
    return ""


def fits(pattern: str, text: str) -> bool:
    """Whether the whole of `text` fits. Other threads go on meanwhile."""
    # A text may come from bytes that were no UTF-8: what stands for them fits `.` but no letter.
    encoded = text.encode("utf-8", "replace").decode()
    return _compiled(pattern).fullmatch(encoded) is not None


def _compiled(pattern: str) -> re2._Regexp:
    """Kept by the library for the next call."""
    options = re2.Options()
    options.max_mem, options.log_errors = MOST_BYTES, False
    return re2.compile(pattern, options)


def _words(exc: re2.error) -> str:
    """The library's words, or what is not known here by the name that people look it up by."""
    words = exc.args[0].decode("utf-8", "replace") if isinstance(exc.args[0], bytes) else str(exc.args[0])
    what = next((name for begins, name in _NOT_KNOWN.items() if words.startswith(begins)), None)
    if what is not None:
        return f"{words.partition(': ')[2]} is {what}, which is not known here: its time could not be bounded"
    return words
