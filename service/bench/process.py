"""The process that tries drafts: it reads one request after another and answers each, until nobody asks any more."""

import contextlib
import logging
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from service.api.trial_models import Trial
from service.draft_shown import faults_of
from service.tool_list import tool_list_json
from vision.errors import ToolError, VisionError
from vision.imaging.encode import png
from vision.pipeline import Bench, layer_of
from vision.recipe import Step

from . import wire
from .answers import answer, transform
from .content import usable
from .images import Images
from .values import Values

log = logging.getLogger(__name__)
FIRST_TO_GO = "1000"  # for the kernel, when the memory is used up


class Worker:
    """Everything that is kept from one request to the next."""

    def __init__(self) -> None:
        self._bench, self._images = Bench(), Images()
        self._values = Values()
        self._steps: dict[str, Step] = {}

    def answered(self, request: Mapping[str, Any]) -> bytes:
        """One message. Never raises for what a content or an image can be."""
        try:
            return self._answered(request)
        except (VisionError, OSError) as exc:
            return wire.packed({"refused": str(exc)})
        except MemoryError:
            return wire.packed({"refused": "out of memory"})
        except Exception:  # a defect must not end what the next trial needs
            log.exception("a draft could not be tried")
            return wire.packed({"refused": "internal error, see log"})

    def _answered(self, request: Mapping[str, Any]) -> bytes:
        if "tools" in request:
            return wire.framed(tool_list_json(request["tools"]))
        if "values" in request:
            return wire.packed(self._values_of(request))
        if "layer" in request:
            return self._layer(request, **request["layer"])
        return wire.packed(self._try(request).model_dump())

    def _try(self, request: Mapping[str, Any]) -> Trial:
        began = time.perf_counter()
        content, folder = request["recipe"], Path(request["folder"])
        recipe, problems = usable(content, self._steps)
        if recipe is None:
            return Trial(faults=faults_of(problems))
        acquisition = self._images.get(request["image"], recipe, folder)
        tried = self._bench.attempt(recipe, folder, acquisition, request.get("steps"))
        return answer(tried, content, problems, (time.perf_counter() - began) * 1000)

    def _values_of(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """For each of the images so far; None = not yet."""
        recipe, problems = usable(request["recipe"], self._steps)
        step = next((one for one in recipe.steps if one.name == request["values"]), None) if recipe else None
        if recipe is None or step is None:
            return {"found": None, "faults": [one.model_dump() for one in faults_of(problems)]}
        found = self._values.of(self._bench, recipe, Path(request["folder"]), step, request["images"])
        return {"found": found, "faults": []}

    def _layer(self, request: Mapping[str, Any], step: str, layer: str, region: int) -> bytes:
        """A PNG, and how it lies on the frame."""
        recipe, _ = usable(request["recipe"], self._steps)
        of = step.partition("[")[0]
        if recipe is None or of not in [one.name for one in recipe.steps]:
            raise ToolError(f"step {step!r} has a fault, or there is no such step")
        folder = Path(request["folder"])
        acquisition = self._images.get(request["image"], recipe, folder)
        tried = self._bench.attempt(recipe, folder, acquisition, [of], f"{step}.{layer}")
        if why := tried.failed.get(of) or tried.refused:
            raise ToolError(why)
        shown = layer_of(tried.run, step, layer, region)
        return wire.packed({"transform": None if shown.pose is None else transform(shown.pose)}, png(shown.image))


def main() -> None:
    """Requests come on the standard input, answers go out on what was the standard output."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what a library prints must not come between
        serve(sys.stdin.buffer, out)


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Until the other side has gone."""
    worker = Worker()
    while (request := wire.read(source)) is not None:
        with contextlib.suppress(BrokenPipeError):
            out.write(worker.answered(request))
            out.flush()
