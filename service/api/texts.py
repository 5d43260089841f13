"""What people read by number: alarms, why the station is not Online, why a trigger was not taken."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from protocols import alarms, reasons

from .models import Payload
from .route import get

Language = Annotated[Literal["en", "de"], Field(description="Of the words")]


class AlarmText(Payload):
    """The words of one alarm."""

    what: str
    """What happened; the alarm's detail follows it"""
    remedy: str
    """What to do"""


class Texts(Payload):
    """The words of one language, by number."""

    language: Language
    alarms: dict[str, AlarmText]
    """By the alarm's number"""
    offline: dict[str, str]
    """By `offline_code`"""
    rejects: dict[str, str]
    """By the `code` of a refused trigger: TriggerRejectCode"""


@get("/texts/{language}")
async def show(language: Language) -> Texts:
    """The station's words in one language.

    Everything else says numbers and English; a page in another language puts these in their place.
    """
    return Texts(
        language=language,
        alarms={str(n): AlarmText(what=t.what, remedy=t.remedy) for n, t in alarms.texts(language).items()},
        offline={str(n): words for n, words in reasons.offline(language).items()},
        rejects={str(n): words for n, words in reasons.rejects(language).items()},
    )


def accepted(request: web.Request) -> str:
    """The first of our languages that the browser names; its order is taken for its wish."""
    named = (part.strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(","))
    return next((one for one in named if one in ("en", "de")), "en")


ROUTES = (show,)
