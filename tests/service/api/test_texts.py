"""The station's words by number."""

from typing import Any

from aiohttp import ClientSession

from protocols.alarms import BY_NUMBER


async def test_the_words_of_a_language(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/texts/de") as answer:
        said = await answer.json()
    assert said["alarms"].keys() == {str(number) for number in BY_NUMBER}
    assert said["alarms"]["101"]["what"] == "Die Kamera ist verloren gegangen"
    assert said["offline"]["4"] == "die Kamera ist nicht verbunden"
    assert said["rejects"]["1"] == "die Station ist offline"


async def test_a_language_that_it_does_not_speak(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/texts/fr") as answer:
        assert answer.status == 422
        assert "'en' or 'de'" in await answer.text()
