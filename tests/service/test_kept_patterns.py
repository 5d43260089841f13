"""Regular expressions, kept over starts."""

import marshal
import re

import pytest

from service import kept_patterns

COMPILER = vars(re)["_compiler"]
PATTERNS = [
    (r"(?P<year>\d{4})-(?P<month>\d\d)", 0),
    (r"straße|[ä-ü]+", re.IGNORECASE),
    (rb"\xff[^\x00]*", re.DOTALL),
    (r"(?x) a  # a comment", 0),
    (r"(a)|(?P<b>b)(?(1)c|d)", re.ASCII),
]


@pytest.fixture(autouse=True)
def as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests replace is put back."""
    for name in ("compile", "_sre"):
        monkeypatch.setitem(vars(COMPILER), name, vars(COMPILER)[name])


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> kept_patterns.Known:
    """As it comes from the file."""
    with monkeypatch.context() as while_recording:
        for name in ("compile", "_sre"):
            while_recording.setitem(vars(COMPILER), name, vars(COMPILER)[name])
        found = kept_patterns.record()
        for pattern, flags in PATTERNS:
            COMPILER.compile(pattern, flags)
        COMPILER.compile(re._parser.parse("parsed already"))  # type: ignore[attr-defined]
    assert len(found) == len(PATTERNS)
    read: kept_patterns.Known = marshal.loads(marshal.dumps(found))
    return read


def test_a_kept_pattern_is_the_same(known: kept_patterns.Known, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [COMPILER.compile(*one) for one in PATTERNS]

    def refused(*_: object) -> None:
        raise AssertionError("worked out")

    kept_patterns.use(known)
    monkeypatch.setitem(vars(COMPILER), "_code", refused)
    kept = [COMPILER.compile(*one) for one in PATTERNS]
    assert kept == made
    assert [(one.pattern, one.flags, one.groups, one.groupindex) for one in kept] == [
        (one.pattern, one.flags, one.groups, one.groupindex) for one in made
    ]
    assert kept[0].match("2026-11")["month"] == "11"
    assert kept[1].match("STRASSE ") is None
    assert kept[1].match("STRAßE")


def test_what_is_not_known_is_worked_out(known: kept_patterns.Known) -> None:
    kept_patterns.use(known)
    assert COMPILER.compile(PATTERNS[1][0]).flags == re.UNICODE  # the same text with other flags
    assert re.compile("not (known)").match("not known")[1] == "known"  # type: ignore[index]
    with pytest.raises(re.error, match="unterminated"):
        re.compile("(unknown")
