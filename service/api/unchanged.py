"""Entity tags of answers that are asked for again and again: who has one already is told that it is still good."""

import hashlib

from aiohttp import web

CACHING = "private, no-cache"  # kept by the browser, and asked about each time


def tagged(request: web.Request, response: web.Response) -> web.Response:
    """`response` with a tag of its body, or 304 where `If-None-Match` has that tag (RFC 9110, 13.1.2).

    A proxy that compresses makes the tag a weak one, so weak ones count.
    """
    assert isinstance(response.body, bytes)
    tag = hashlib.blake2b(response.body, digest_size=12).hexdigest()
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        response = web.Response(status=304)
    return named(response, tag)


def named(response: web.Response, tag: str) -> web.Response:
    """`response` under a tag by which a change says what it was made from (`If-Match`)."""
    response.headers["Cache-Control"] = CACHING
    response.etag = tag
    return response
