"""The product's network pads within its convolutions, and gives the same bits as the file."""

from importlib import resources

import numpy as np
import onnxruntime
import pytest

from vision.models import LITE0_TAPS, network

TAPS = ["f4", "f8", "f16"]


def session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def both() -> list[onnxruntime.InferenceSession]:
    """Of the file as it is, and as it is run."""
    return [session(resources.files("vision.models").joinpath(LITE0_TAPS).read_bytes()), session(network(LITE0_TAPS))]


@pytest.mark.parametrize("shape", [(2, 3, 96, 96), (1, 3, 32, 64), (1, 3, 160, 32)])
def test_the_same_bits(both: list[onnxruntime.InferenceSession], shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
    plain, folded = ([tap.tobytes() for tap in one.run(TAPS, {"x": image})] for one in both)
    assert plain == folded


def test_no_node_pads() -> None:
    assert b"Pad" in resources.files("vision.models").joinpath(LITE0_TAPS).read_bytes()
    assert b"\x22\x03Pad" not in network(LITE0_TAPS), "as the type of a node"
