"""A general reader of printed text: PP-OCRv6 small, whose network comes in the package rapidocr (Apache-2.0).

Its input is ``x`` float32 ``(n, 3, 48, w)``, (v / 127.5) - 1; its output ``(n, w / 8, classes)``, probabilities of
"nothing", of each character in its metadata, and last of a space. None of rapidocr's code runs.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError

PACKAGE, NETWORK = "rapidocr", "models/PP-OCRv6_rec_small.onnx"
HEIGHT_PX = 48
PX_A_STEP = 8
WIDEST_PX = 800  # of one run, about 60 ms: between two the caller looks at its time limit
NARROWEST_PX = 32
CUT_WITHIN = 160  # px before the widest, where a long line is cut at its emptiest column


@dataclass(frozen=True, slots=True)
class Seen:
    """Probabilities along a line: ``(steps, 1 + characters)``, the first of nothing; and its px a step."""

    probabilities: NDArray[np.float32]
    characters: str
    px_a_step: float


def recognise(line: NDArray[np.uint8], allowed: str, check: Callable[[], None]) -> Seen:
    """What a line of text, ``(h, w)`` grey and cropped to it, shows of the `allowed` characters.

    Raises:
        ToolError: rapidocr is not installed, or another version than the one that carries the network.
    """
    session, known = network()
    usable = "".join(c for c in dict.fromkeys(allowed) if c in known)
    columns = [0, *(known[c] for c in usable)]
    h, w = line.shape
    width = max(NARROWEST_PX, round(w * HEIGHT_PX / h))
    how = cv2.INTER_AREA if h > HEIGHT_PX else cv2.INTER_LINEAR
    x = cv2.resize(line, (width, HEIGHT_PX), interpolation=how).astype(np.float32) / 127.5 - 1
    found = []
    for left, right in _tiles(x):
        check()
        tile = np.repeat(x[None, None, :, left:right], 3, axis=1)
        found.append(session.run(None, {"x": tile})[0][0][:, columns])
    probabilities = np.concatenate(found)
    return Seen(probabilities, usable, w / len(probabilities))


def _tiles(x: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """A line in parts that are soon read, cut where there is least ink."""
    left, width = 0, x.shape[1]
    ink = np.abs(np.diff(x, axis=1)).sum(axis=0)
    while width - left > WIDEST_PX:
        last = left + WIDEST_PX
        right = last - CUT_WITHIN + int(ink[last - CUT_WITHIN : last].argmin())
        yield left, right
        left = right
    yield max(0, min(left, width - NARROWEST_PX)), width


@functools.cache
def network() -> tuple[Any, Mapping[str, int]]:
    """The session, and the class of each character; loaded once.

    Raises:
        ToolError: It is not there.
    """
    import onnxruntime  # 0.1 s: not for stations whose recipes need no network

    try:
        data = resources.files(PACKAGE).joinpath(NETWORK).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        raise ToolError(
            f"the general reader needs {PACKAGE} 3.10.0, which carries {NETWORK}; install it or teach a font"
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    return session, {character: i for i, character in enumerate([*characters, " "], 1)}
