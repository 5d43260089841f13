"""Run a model that the user brings: which class, which objects, which pixels."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.model_input import Channels, Fit, Fitted, Layout, ModelInput, model_input
from ..imaging.model_labels import noted_labels, read_labels
from ..imaging.model_masks import masks_of
from ..imaging.model_output import (
    Activation,
    Boxes,
    Format,
    Task,
    apart,
    boxes_of,
    class_count,
    classes_of,
    probabilities,
    prototypes_of,
    task_of,
)
from ..imaging.network import Array, Network
from ..imaging.patch import patch
from ..imaging.spots import spots
from ..model_findings import Item, findings
from ..result import Point
from ..tool import Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

MODEL, LABELS = "model.onnx", "labels"
MOST_MB = 200
Numbers = tuple[float, ...]
Share = Annotated[float, Field(ge=0, le=1)]


class Onnx(Tool):
    """Run a classification, detection or segmentation model in an ONNX file of the user's on each region.

    ``vision-inspection teach RECIPE --step STEP --model FILE --labels FILE`` brings the model into the recipe. What it
    takes and gives is looked up in the file: classes (``1 x n``), boxes (YOLOv8 and v5, end-to-end ``1 x n x 6``, boxes
    with labels and scores), boxes with a mask each (YOLO-seg: YOLOv8, v5 or end-to-end rows beside ``1 x k x h x w``
    prototypes) or pixels (``1 x n x h x w``). It runs on one core, and is ended where its time is over.
    """

    type: Literal["onnx"] = "onnx"
    learns: ClassVar[bool] = True
    brings: ClassVar[tuple[str, ...]] = ("model", "labels")
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("score", help="Of the surest class or object, 0-1; 0 = there is none", main=True, each_region=True),
        Measure("count", help="Objects, areas, or regions with a sure class, of the classes that count", int16="count"),
        Measure("area", unit="area", help="Of all pixels that a segmentation, or the masks of objects, cover"),
    )
    readings: ClassVar[tuple[str, ...]] = ("label", "counts")
    features: ClassVar[Mapping[str, Any]] = {"best": Point}
    regions: ClassVar[tuple[int, int]] = (0, 32)

    task: Literal["auto", "classify", "detect", "segment", "instances"] = "auto"
    """What the model is for; segment = classes of pixels, instances = objects with a mask each (detect leaves their
    masks alone); auto = by the shapes of what it gives"""
    threshold: Share = 0.5
    """Classes and objects from this probability on are sure"""
    thresholds: Mapping[str, Share] = Field(default_factory=dict)
    """The same for single classes, by name"""
    only: tuple[str, ...] = ()
    """Names of the classes that count; none = all"""
    overlap: Share = 0.45
    """Boxes of one class that overlap by more are one object (intersection over union)"""
    background: Annotated[int, Field(ge=-1)] = 0
    """Number of the class that is no object in a segmentation, from 0; -1 = none"""
    min_area_px: Annotated[int, Field(ge=0)] = 0
    """Smaller areas of a segmentation, and objects with smaller masks, are not counted (px)"""
    boxes: Literal["auto", "yolov8", "yolov5", "end_to_end", "triple"] = "auto"
    """Form of a detection's output; auto = by its shape"""
    activation: Activation = "auto"
    """What makes probabilities of the outputs; auto = softmax unless they are probabilities already"""
    input_width_px: Annotated[int, Field(ge=0, le=8192)] = 0
    """Width of the input of a model that takes any; 0 = its own (px)"""
    input_height_px: Annotated[int, Field(ge=0, le=8192)] = 0
    """Height of the input of a model that takes any; 0 = its own (px)"""
    layout: Layout = "auto"
    """Order of the input's dimensions; auto = where the 1 or 3 channels stand"""
    channels: Channels = "rgb"
    """Order of the colours it was trained with"""
    fit: Literal["auto", "letterbox", "stretch"] = "auto"
    """How a region becomes the input's size: with its proportions, or stretched; auto = letterbox for detection and
    objects with masks"""
    divide_by: Annotated[float, Field(gt=0)] = 255.0
    """Grey levels are divided by this first (not for uint8 inputs)"""
    mean: Annotated[Numbers, Field(min_length=1, max_length=3)] = (0.0,)
    """Then this is subtracted: one number, or one a channel in the model's order"""
    std: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1, max_length=3)] = (1.0,)
    """Then it is divided by this"""
    limit_ms: Annotated[int, Field(ge=1, le=600_000)] = 2000
    """A run that takes longer is ended, also where step and recipe allow more (ms)"""

    def bring(self, files: Mapping[str, bytes]) -> Taught:
        """Take a model, and the names of its classes where they do not stand in it.

        Raises:
            TeachError: It is no model that can be run, or what it takes and gives does not fit to the parameters.
        """
        model = files.get("model", b"")
        if not 0 < len(model) <= MOST_MB * 2**20:
            raise TeachError(f"the model has {len(model)} bytes; 1 to {MOST_MB} MB are possible")
        labels = read_labels(files["labels"]) if "labels" in files else ()
        try:
            labels = labels or noted_labels(Network(model).notes)
            taught = Taught(files={MODEL: model}, texts={LABELS: "\n".join(labels)})
            self.prepare(taught, Calibration())
        except ToolError as exc:
            raise TeachError(str(exc)) from exc
        return taught

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        raise TeachError("onnx learns nothing from images: bring a model")

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Load the model and run it once on a black image.

        Raises:
            ToolError: It is missing, is no model, or its inputs and outputs do not fit.
        """
        if MODEL not in taught.files:
            raise ToolError("there is no model: bring one with vision-inspection teach --model")
        network = Network(taught.files[MODEL])
        wants = self._input(network, "stretch" if self.fit == "auto" else self.fit)
        blank = wants.fitted(np.zeros((wants.size[1], wants.size[0], 3), np.uint8))
        outputs = network.run({wants.port.name: blank.array}, time.monotonic_ns() + self.limit_ms * 1_000_000)
        shapes = [output.shape for output in outputs]
        task: Task = task_of(shapes) if self.task == "auto" else self.task
        if task == "segment" and prototypes_of(shapes) is not None:
            raise ToolError("the model gives boxes with masks, not classes of pixels: set task to instances")
        if task in ("detect", "instances") and self.fit == "auto":
            wants = replace(wants, fit="letterbox")
        labels = tuple(taught.texts.get(LABELS, "").splitlines())
        ready = _Ready(self, network, wants, task, labels)
        ready.read(outputs, lambda: None)
        count = class_count(task, shapes, None if self.boxes == "auto" else self.boxes, len(labels))
        if labels and count and count != len(labels):
            raise ToolError(f"there are {len(labels)} labels, but the model knows {count} classes")
        if unknown := [name for name in (*self.thresholds, *self.only) if labels and name not in labels]:
            raise ToolError(f"the model has no class {unknown[0]!r}; it has {', '.join(labels[:20])}")
        return ready

    def measure(self, view: View) -> Findings:
        raise ToolError("there is no model: bring one with vision-inspection teach --model")

    def _input(self, network: Network, fit: Fit) -> ModelInput:
        size = self.input_width_px, self.input_height_px
        return model_input(network.inputs, self.layout, size, self.channels, fit, self.divide_by, self.mean, self.std)

    def least(self, label: str) -> float:
        """From this probability on a class is sure; beyond 1 where it does not count."""
        return _short(self.thresholds.get(label, self.threshold)) if not self.only or label in self.only else 2.0


def _short(share: float) -> float:
    """As models have it: 0.7 of theirs is not below 0.7 of ours."""
    return float(np.float32(share))


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Onnx
    network: Network
    wants: ModelInput
    task: Task
    labels: tuple[str, ...]

    def measure(self, view: View) -> Findings:
        seen = [(region, *self._seen(view, region)) for region in view.areas]
        return findings(view, seen, self.task, self.tool.least, self.tool.min_area_px)

    def _seen(self, view: View, region: Region) -> tuple[Fitted, list[Item]]:
        view.check_time()
        frame = view.frame_grey if view.raw.ndim == 2 else view.frame_colour
        whole = region.mask.all() and region.box[2:] == region.upright_size
        mask = None if whole else view.upright_mask(region)
        upright = np.asarray(view.upright(region, frame), np.uint8)
        seen = patch(upright, mask, region.upright_size)
        fitted = self.wants.fitted(seen.image)
        ends = time.monotonic_ns() + self.tool.limit_ms * 1_000_000
        ends = ends if view.deadline_ns is None else min(ends, view.deadline_ns)
        outputs = self.network.run({self.wants.port.name: fitted.array}, ends)
        view.check_time()
        inside = self.wants.placed(seen.inside) if self.task in ("segment", "instances") else None
        return fitted, self.read(outputs, view.check_time, inside)

    def read(
        self, outputs: Sequence[Array], check_time: Callable[[], None], inside: NDArray[np.uint8] | None = None
    ) -> list[Item]:
        """What the outputs say, the surest first; of a classification the surest class, sure or not.

        Args:
            inside: Of the input's size: 255 where the region is; None = everywhere.
        """
        if self.task == "classify":
            shares = probabilities(outputs[0], self.tool.activation)
            best = int(shares.argmax())
            return [Item(self._label(best), _short(shares[best]))]
        if self.task == "segment":
            found = self._areas(outputs[0], inside)
        else:
            boxes = self._sure(outputs)
            found = self._boxes(boxes) if self.task == "detect" else self._masks(outputs, boxes, check_time, inside)
        return sorted(found, key=lambda item: -item.score)

    def _label(self, kind: int) -> str:
        return self.labels[kind] if 0 <= kind < len(self.labels) else str(kind)

    def _sure(self, outputs: Sequence[Array]) -> Boxes:
        """Each object once, of the classes that count."""
        tool = self.tool
        least = _short(min([tool.threshold, *tool.thresholds.values()]))
        form: Format | None = None if tool.boxes == "auto" else tool.boxes
        found = apart(boxes_of(outputs, self.wants.size, least, len(self.labels), form), tool.overlap)
        sure = [
            score >= tool.least(self._label(int(kind))) and right > x and bottom > y
            for (x, y, right, bottom), score, kind in zip(found.corners, found.scores, found.kinds, strict=True)
        ]
        return found.only(np.flatnonzero(sure))

    def _boxes(self, boxes: Boxes) -> list[Item]:
        x, y, right, bottom = boxes.corners.T
        outlines = np.stack([x, y, right, y, right, bottom, x, bottom], axis=1).reshape(-1, 4, 2)
        found = zip(boxes.kinds, boxes.scores, outlines, strict=True)
        return [Item(self._label(int(kind)), float(score), outline) for kind, score, outline in found]

    def _masks(
        self, outputs: Sequence[Array], boxes: Boxes, check_time: Callable[[], None], inside: NDArray[np.uint8] | None
    ) -> list[Item]:
        """One an object: its outline is that of its largest part, its area that of all."""
        items = []
        for mask in masks_of(outputs, boxes, self.wants.size, check_time):
            (x, y), (h, w) = mask.corner, mask.image.shape
            image = mask.image if inside is None else cv2.bitwise_and(mask.image, inside[y : y + h, x : x + w])
            parts = spots(np.asarray(image, np.uint8), 1)
            if parts:
                outline = parts[0].outline() + np.array([x + 0.5, y + 0.5])
                area = float(sum(part.area for part in parts))
                items.append(Item(self._label(int(boxes.kinds[mask.number])), mask.score, outline, area))
        return items

    def _areas(self, output: Array, inside: NDArray[np.uint8] | None) -> list[Item]:
        kinds, shares = classes_of(output, self.tool.activation)
        if inside is not None:
            shares = np.where(cv2.resize(inside, kinds.shape[::-1], interpolation=cv2.INTER_AREA) > 127, shares, -1.0)
        steps = self.wants.size[0] / kinds.shape[1], self.wants.size[1] / kinds.shape[0]
        items = []
        for kind in sorted(set(np.unique(kinds).tolist()) - {self.tool.background}):
            label = self._label(kind)
            mask = np.where((kinds == kind) & (shares >= self.tool.least(label)), 255, 0).astype(np.uint8)
            for spot in spots(mask, 1):
                x, y, w, h = spot.box
                score = float(shares[y : y + h, x : x + w][spot.mask].mean())
                outline = (spot.outline() + 0.5) * steps
                items.append(Item(label, score, outline, spot.area * steps[0] * steps[1]))
        return items
