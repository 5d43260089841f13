"""The one network that the product carries: see NOTICE."""

from importlib import resources

from .folded import folded

LITE0_TAPS = "lite0_taps.onnx"
"""EfficientNet-Lite0 up to stride 16. Input ``x`` float32 ``(n, 3, h, w)``, RGB, (v - 127) / 128, h and w multiples of
32; outputs ``f4`` (24 channels, stride 4), ``f8`` (40, stride 8), ``f16`` (112, stride 16)."""


def network(name: str) -> bytes:
    """An ONNX model, made quicker than the file is: see `folded`."""
    return folded(resources.files(__name__).joinpath(name).read_bytes())
