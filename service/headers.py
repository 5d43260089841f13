"""The security headers of every answer."""

from aiohttp import web

from service.auth.origin import encrypted, names_loopback

REQUEST_ID = web.RequestKey("request_id", str)  # what the log knows the request by

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'"
)
ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: what a handler set itself stays."""
    headers = response.headers
    for name, value in ALWAYS:
        headers.setdefault(name, value)
    if encrypted(request) or names_loopback(request):  # elsewhere Chromium logs an error
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.path.startswith(("/api/v1", "/healthz", "/readyz", "/metrics", "/token", "/socket.io")):
        headers.setdefault("Cache-Control", "no-store")
    if request_id := request.get(REQUEST_ID):
        headers.setdefault("X-Request-ID", request_id)
    if "Server" in headers:
        del headers["Server"]
