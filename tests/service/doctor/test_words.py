"""Every rule has its words, in every language, with the same blanks."""

from string import Formatter

import pytest

from protocols.texts import LANGUAGES, section
from service.doctor.rule import Rule
from service.doctor.rules import ALL


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_has_its_words(rule: Rule, language: str) -> None:
    words, english = section("doctor", language)[rule.number], section("doctor", "en")[rule.number]
    assert blanks(words["what"] + words["remedy"]) == blanks(english["what"] + english["remedy"])
    assert language == "en" or words["what"] != english["what"]


def test_numbers_and_names_are_given_once() -> None:
    assert len({rule.number for rule in ALL}) == len({rule.name for rule in ALL}) == len(ALL)


def test_no_words_are_without_a_rule() -> None:
    assert section("doctor", "en").keys() == {rule.number for rule in ALL}
