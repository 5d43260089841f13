"""Benches as the handshake's tests have them."""

from tests.protocols.handshake.conftest import make_bench

__all__ = ["make_bench"]
