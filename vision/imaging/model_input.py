"""An image in the form that a model wants: size, order of channels, numbers; and the way back to the image's pixels."""

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from .network import Port

Image8 = NDArray[np.uint8]
Layout = Literal["auto", "nchw", "nhwc"]
Channels = Literal["rgb", "bgr"]
Fit = Literal["letterbox", "stretch"]
PAD_GREY = 114  # beside a letterboxed image, as YOLO's trainers have it
KINDS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
UINT8 = "tensor(uint8)"
MOST_SIDE = 8192


@dataclass(frozen=True, slots=True)
class Fitted:
    """An image as it goes in, and where in it the image lies."""

    array: NDArray[Any]
    scale: tuple[float, float]  # of the image's pixels, in x and y
    offset: tuple[float, float]  # of its corner

    def back(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points ``(n, 2)`` of the model's input, counted from its corner, to the image's pixels."""
        return np.asarray((points - self.offset) / self.scale - 0.5)


@dataclass(frozen=True, slots=True)
class ModelInput:
    """What a model wants."""

    port: Port
    size: tuple[int, int]  # width, height
    colours: int  # 1 or 3
    channels_first: bool
    order: Channels
    fit: Fit
    divide_by: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def fitted(self, image: Image8) -> Fitted:
        """Of ``(h, w)`` grey or ``(h, w, 3)`` BGR."""
        placed, scale, offset = self._placed(self._coloured(image), PAD_GREY)
        planes = placed.reshape(*placed.shape[:2], self.colours)
        if self.port.type != UINT8:
            values = planes.astype(np.float32) / np.float32(self.divide_by)
            mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
            planes = ((values - mean) / std).astype(KINDS[self.port.type])
        if self.channels_first:
            planes = planes.transpose(2, 0, 1)
        return Fitted(np.ascontiguousarray(planes[None]), scale, offset)

    def placed(self, inside: Image8) -> Image8:
        """A mask of the image, of the input's size; 0 beside the image."""
        return self._placed(inside, 0)[0]

    def _coloured(self, image: Image8) -> Image8:
        if self.colours == 1:
            return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        if image.ndim == 2:
            return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
        return image if self.order == "bgr" else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)

    def _placed(self, image: Image8, pad: int) -> tuple[Image8, tuple[float, float], tuple[float, float]]:
        (w, h), (height, width) = self.size, image.shape[:2]
        scale = min(w / width, h / height)
        inner = (max(1, round(width * scale)), max(1, round(height * scale))) if self.fit == "letterbox" else (w, h)
        shrinks = inner[0] <= width and inner[1] <= height
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        scaled = np.asarray(cv2.resize(image, inner, interpolation=way), np.uint8)
        left, top = (w - inner[0]) // 2, (h - inner[1]) // 2
        if inner != (w, h):
            beside = top, h - inner[1] - top, left, w - inner[0] - left
            border = [float(pad)] * 3
            scaled = np.asarray(cv2.copyMakeBorder(scaled, *beside, cv2.BORDER_CONSTANT, value=border), np.uint8)
        return scaled, (inner[0] / width, inner[1] / height), (float(left), float(top))


def model_input(
    ports: tuple[Port, ...],
    layout: Layout,
    wanted: tuple[int, int],
    order: Channels,
    fit: Fit,
    divide_by: float,
    mean: tuple[float, ...],
    std: tuple[float, ...],
) -> ModelInput:
    """What the model with these inputs wants.

    Args:
        wanted: Width and height for a model that takes any; 0 = not said.

    Raises:
        ToolError: It is not one image, or the parameters do not fit to it.
    """
    if len(ports) != 1:
        raise ToolError(
            f"the model has {len(ports)} inputs ({', '.join(map(str, ports))}); one image is what it can get"
        )
    port = ports[0]
    if port.type != UINT8 and port.type not in KINDS:
        raise ToolError(f"the model's input {port} takes no image: float or uint8 numbers are needed")
    if len(port.shape) != 4:
        raise ToolError(
            f"the model's input {port} takes no image: four dimensions are needed, as 1 x 3 x height x width"
        )
    if port.shape[0] not in (None, 1):
        raise ToolError(f"the model's input {port} takes {port.shape[0]} images at once; export it for 1")
    first = _channels_first(port, layout)
    colours, (height, width) = (port.shape[1], port.shape[2:]) if first else (port.shape[3], port.shape[1:3])
    if colours not in (None, 1, 3):
        raise ToolError(f"the model's input {port} has {colours} channels; 1 (grey) or 3 (colour) are possible")
    size = _side(port, width, wanted[0], "width"), _side(port, height, wanted[1], "height")
    for name, values in (("mean", mean), ("std", std)):
        if len(values) not in (1, colours or 3):
            raise ToolError(f"{name} has {len(values)} numbers, the model's input {port} has {colours or 3} channels")
    return ModelInput(port, size, colours or 3, first, order, fit, divide_by, mean, std)


def _channels_first(port: Port, layout: Layout) -> bool:
    if layout != "auto":
        return layout == "nchw"
    if port.shape[1] in (1, 3):
        return True
    if port.shape[3] in (1, 3):
        return False
    if port.shape[1] is None and port.shape[3] is None:
        return True
    raise ToolError(f"the model's input {port} has no dimension of 1 or 3 for the channels; set layout")


def _side(port: Port, own: int | None, wanted: int, name: str) -> int:
    if own is None and not wanted:
        raise ToolError(f"the model's input {port} takes any {name}: set input_{name}_px to what it was trained with")
    if own is not None and wanted and wanted != own:
        raise ToolError(f"input_{name}_px is {wanted}, but the model's input {port} takes {own} only; set it to 0")
    side = own or wanted
    if side > MOST_SIDE:
        raise ToolError(f"the model's input {port} is larger than {MOST_SIDE} px")
    return side
