"""The names of a model's classes: from a file, or as whoever made the model wrote them into it."""

import ast
from collections.abc import Mapping, Sequence

from ..errors import TeachError

MOST = 100_000
LONGEST = 100


def read_labels(data: bytes) -> tuple[str, ...]:
    """One name a line, the first class first.

    Raises:
        TeachError: It is no such file.
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as exc:
        raise TeachError(f"the labels are no text in UTF-8: {exc.reason} at byte {exc.start}") from exc
    while lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        if not line or len(line) > LONGEST or not line.isprintable():
            raise TeachError(f"labels, line {number}: each line is the name of one class, 1 to {LONGEST} letters")
        if line in lines[: number - 1]:
            raise TeachError(f"labels, line {number}: {line!r} stands there twice")
    if not lines or len(lines) > MOST:
        raise TeachError(f"the labels have {len(lines)} lines: one for each class is needed")
    return tuple(lines)


def noted_labels(notes: Mapping[str, str]) -> tuple[str, ...]:
    """From ``names`` as Ultralytics' exports have them (``{0: 'screw', 1: 'nut'}``); none where there are none."""
    try:
        names = ast.literal_eval(notes.get("names", ""))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if isinstance(names, Mapping) and set(names) == set(range(len(names))):
        names = [names[i] for i in range(len(names))]
    if not isinstance(names, Sequence) or isinstance(names, str) or not 0 < len(names) <= MOST:
        return ()
    labels = tuple(str(name).strip() for name in names)
    fine = all(label.isprintable() and 0 < len(label) <= LONGEST for label in labels)
    return labels if fine and len(set(labels)) == len(labels) else ()
