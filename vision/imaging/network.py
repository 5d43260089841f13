"""Run a network that somebody trained, and end it where its time is over.

ONNX Runtime rather than OpenCV's dnn: it says what a model takes and gives by name, type and shape, it runs every
operator of the standard, and a run can be ended from outside.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import TimeLimitError, ToolError

Array = NDArray[Any]
ENDS_WITHIN_S = 0.2  # after it was told to end: operators are not interrupted


@dataclass(frozen=True, slots=True)
class Port:
    """What goes into a network, or comes out of it."""

    name: str
    type: str  # as ONNX Runtime says it: ``tensor(float)``
    shape: tuple[int | None, ...]  # None: any

    def __str__(self) -> str:
        sides = " x ".join("?" if side is None else str(side) for side in self.shape)
        return f"{self.name} {self.type.removeprefix('tensor(').removesuffix(')')} [{sides}]"


class Network:
    """A model ready to run on one core: the same bits each time, and the other cores are the line's."""

    def __init__(self, model: bytes) -> None:
        """Load the content of an ``.onnx`` file.

        Raises:
            ToolError: It is no model, or one that cannot be run here.
        """
        import onnxruntime  # 0.1 s: not for stations whose recipes need no network

        options = onnxruntime.SessionOptions()
        # A run that can be ended goes to ONNX Runtime's own thread: the second of two, the first being the caller's.
        options.intra_op_num_threads, options.inter_op_num_threads = 2, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        self._run_options = onnxruntime.RunOptions
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # its errors have no base of their own; each says that this is no model to run
            raise ToolError(f"the file is no ONNX model that can be run here: {_short(exc)}") from exc
        self.inputs = _ports(self._session.get_inputs())
        self.outputs = _ports(self._session.get_outputs())
        self._left: SimpleQueue[Any] | None = None  # answer of a run that was left behind

    @property
    def notes(self) -> Mapping[str, str]:
        """What whoever made the model wrote into it."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def run(self, feeds: Mapping[str, Array], deadline_ns: int | None, outputs: Sequence[str] = ()) -> list[Array]:
        """The `outputs` (none named = all) for inputs by name.

        Args:
            deadline_ns: CLOCK_MONOTONIC; None = it takes as long as it takes.

        Raises:
            TimeLimitError: It was not done by then; it was told to end.
            ToolError: The model does not take this.
        """
        if self._left is not None:
            self._wait(self._left, deadline_ns)
            self._left = None
        answer: SimpleQueue[Any] = SimpleQueue()
        options = self._run_options()
        wanted = list(outputs) or [port.name for port in self.outputs]
        kept = (dict(feeds), options)  # until it is done, also where it is left behind
        try:
            self._session.run_async(
                wanted, kept[0], lambda found, owner, error: answer.put((found, error, owner)), kept, options
            )
        except Exception as exc:  # as above: a wrong type or shape
            raise ToolError(f"the model does not take this image: {_short(exc)}") from exc
        try:
            found, error, _ = self._wait(answer, deadline_ns)
        except TimeLimitError:
            options.terminate = True
            self._leave(answer)
            raise
        if error:
            raise ToolError(f"the model failed: {_short(error)}")
        return [np.asarray(one) for one in found]

    @staticmethod
    def _wait(answer: "SimpleQueue[Any]", deadline_ns: int | None) -> Any:
        left_s = None if deadline_ns is None else max(0.0, (deadline_ns - time.monotonic_ns()) / 1e9)
        try:
            return answer.get(timeout=left_s)
        except Empty:
            raise TimeLimitError("time limit of the step is over: the model was ended") from None

    def _leave(self, answer: "SimpleQueue[Any]") -> None:
        """An operator under way goes on: the next run waits for it, this one's part does not."""
        try:
            answer.get(timeout=ENDS_WITHIN_S)
        except Empty:
            self._left = answer


def _ports(nodes: Sequence[Any]) -> tuple[Port, ...]:
    return tuple(
        Port(node.name, node.type, tuple(side if isinstance(side, int) and side > 0 else None for side in node.shape))
        for node in nodes
    )


def _short(problem: object) -> str:
    """The first line, without the codes before it."""
    line = (str(problem).strip().splitlines() or ["unknown"])[0]
    return line.rsplit("] :", 1)[-1].strip()[:300]
