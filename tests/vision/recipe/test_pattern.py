"""Regular expressions whose time is linear to the text."""

import threading
import time

import pytest
from pydantic import ValidationError

from vision.recipe import PatternMatch
from vision.recipe.pattern import MOST_CHARACTERS, fits, pattern_problem


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"LOT(?=\d)", "'LOT(?=\\\\d)' is not a pattern: (?= is look-ahead, which is not known here"),
        (r"(?!x)a", "(?! is look-ahead"),
        (r"(?<=x)a", "(?<= is look-behind"),
        (r"(?<!x)a", "(?<! is look-behind"),
        (r"(a)\1", r"\1 is a back-reference, which is not known here: its time could not be bounded"),
        (r"(?P<x>a)(?P=x)", "(?P is a back-reference by name"),
        (r"(?>a)", "(?> is an atomic group"),
        ("[a", "missing ]: [a"),
        ("a{2000}", "invalid repetition size: {2000}"),
        (r"(\pL{1,99} ?){1,9}", "pattern too large"),
        ("\ud800", "half a character"),
    ],
)
def test_what_is_not_known_is_said_by_its_name(pattern: str, words: str) -> None:
    assert words in pattern_problem(pattern)


@pytest.mark.parametrize("pattern", [r"(?=a)", "a" * (MOST_CHARACTERS + 1)])
def test_a_recipe_with_such_a_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match=r"not known here|at most 1000 characters"):
        PatternMatch(pattern=pattern)


def test_the_longest_pattern() -> None:
    assert fits(PatternMatch(pattern="a" * MOST_CHARACTERS).pattern, "a" * MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("pattern", "text", "good"),
    [
        (r"LOT-\d{6}", "LOT-123456", True),
        (r"LOT-\d{6}", "LOT-123456\n", False),
        (r"A|AB", "AB", True),  # the whole reading, whichever branch comes first
        (r"(?P<lot>[A-Z]+)-(?i:x)", "AB-X", True),
        (r"\pL+", "Größe", True),
        (r"\w+", "Größe", False),
        (r"\d", "٣", False),
        (r"a.c", "a\udcffc", True),  # of bytes that were no UTF-8
        (r"", "", True),
    ],
)
def test_the_whole_text_fits(pattern: str, text: str, good: bool) -> None:
    assert fits(pattern, text) is good


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a+)+b", "a" * 5000), ("(a|a)*b", "a" * 5000), ("(.*)*(.*)*x", "a" * 5000), ("((a?){1000})", "a" * 5000 + "b")],
)
def test_a_catastrophic_expression_holds_nobody_up(pattern: str, text: str) -> None:
    """The standard engine would take longer than the sun has left; 40 letters already stop it for days."""
    began = time.process_time()
    assert not fits(pattern, text)
    assert time.process_time() - began < 1


def test_other_threads_run_while_it_matches() -> None:
    pattern = "|".join(f"(?:[ab]?){{{n}}}" for n in range(900, 1000, 10))  # tens of milliseconds
    assert not pattern_problem(pattern)
    began, ended, ticks = threading.Event(), threading.Event(), []

    def match() -> None:
        began.set()
        for _ in range(3):
            fits(pattern, "ab" * 3500 + "c")
        ended.set()

    thread = threading.Thread(target=match)
    thread.start()
    began.wait()
    while not ended.wait(0.001):
        ticks.append(time.monotonic())
    thread.join()
    assert len(ticks) > 5
