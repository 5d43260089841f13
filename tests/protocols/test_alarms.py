import pytest

from protocols.alarms import ALL, BY_NUMBER, LANGUAGES, texts


def test_numbers_are_unique_and_within_their_hundreds() -> None:
    assert len(BY_NUMBER) == len(ALL) >= 18
    assert {number // 100 for number in BY_NUMBER} == {1, 2, 3, 4, 5, 6, 7}
    assert [alarm.number for alarm in ALL] == sorted(BY_NUMBER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alarm_says_what_happened_and_what_to_do_in_every_language(language: str) -> None:
    assert texts(language).keys() == BY_NUMBER.keys()
    for text in texts(language).values():
        assert text.what
        assert text.remedy
        assert not text.what.endswith(".")
    if language != "en":
        assert all(texts(language)[number].what != texts("en")[number].what for number in BY_NUMBER)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts("xx")
