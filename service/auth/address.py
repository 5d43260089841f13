"""The station's address as a QR code, for the phone of whoever stands before it."""

from aiohttp import web

from .origin import encrypted


def address_of(request: web.Request, public_url: str) -> str:
    """As the plant calls it, else as this browser does."""
    return public_url or f"{'https' if encrypted(request) else 'http'}://{request.headers.get('Host', '')}/"


def qr_code(text: str) -> bytes:
    """SVG, scaled by whoever shows it. A thread's work: it takes some milliseconds."""
    import zxingcpp  # a start does without it

    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg()
    drawn = symbol[symbol.index("<svg") :]
    side = drawn.partition('width="')[2].partition('"')[0]
    size = f'width="{side}" height="{side}"'
    return drawn.replace(size, f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges"', 1).encode()
