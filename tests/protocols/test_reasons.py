from collections.abc import Callable, Mapping

import pytest

from protocols import reasons
from protocols.handshake import Reject
from protocols.texts import LANGUAGES

CODES = {reasons.offline: {1, 2, 3, 4, 5, 6}, reasons.rejects: {int(code) for code in Reject}}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", CODES, ids=lambda words: words.__name__)
def test_every_code_has_its_words_in_every_language(words: Callable[[str], Mapping[int, str]], language: str) -> None:
    assert words(language).keys() == CODES[words]
    assert all(said and not said.endswith(".") for said in words(language).values())
    if language != "en":
        assert all(words(language)[code] != words("en")[code] for code in CODES[words])


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        reasons.offline("xx")
