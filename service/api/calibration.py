"""Millimetres, a machine's coordinates and gauges: of the draft, from images that are stored, lent or live."""

from typing import Annotated, Literal, Self

from aiohttp import web
from pydantic import Field, model_validator

from service.hub import Hub

from .calibration_models import Calibrated, Calibration, CameraChecked
from .recipes import Job, telling
from .references import Sha256, StepName, expected
from .route import get, post
from .sources import ImageSource, path_of
from .station import Command, who

Px = Annotated[float, Field(ge=-100_000, le=100_000)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e6)]


class Distance(Command):
    """Two points of the frame so far apart."""

    x1_px: Px
    y1_px: Px
    x2_px: Px
    y2_px: Px
    mm: Positive

    async def words(self, hub: Hub) -> list[str]:
        """As options of the command."""
        return ["--distance", *map(_number, (self.x1_px, self.y1_px, self.x2_px, self.y2_px, self.mm))]


class BoardViews(Command):
    """A chessboard, or a ChArUco board, of which a part may be hidden."""

    kind: Literal["chessboard", "charuco"] = "chessboard"
    columns: Annotated[int, Field(ge=3, le=100)]
    """Inner corners of a chessboard in a row; squares of a ChArUco board"""
    rows: Annotated[int, Field(ge=3, le=100)]
    """Likewise in a column"""
    square_mm: Positive
    """Side of a square"""
    marker_mm: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """Side of a marker, of a ChArUco board"""
    dictionary: Annotated[str, Field(pattern="^DICT_[A-Z0-9_]{1,40}$")] = "DICT_4X4_50"
    """Of a ChArUco board, as OpenCV calls it"""
    plane: ImageSource
    """The board where the parts lie"""
    views: Annotated[list[ImageSource], Field(max_length=100)] = Field(default_factory=list)
    """Others of it, tilted to all sides: three or more take the lens's distortion out as well"""

    async def words(self, hub: Hub) -> list[str]:
        """As options of the command."""
        words = [f"--{self.kind}={self.columns}x{self.rows}", f"--square-mm={self.square_mm!r}"]
        words += [f"--marker-mm={self.marker_mm!r}", f"--dictionary={self.dictionary}"]
        words += ["--plane", str(await path_of(hub, self.plane))]
        views = [str(await path_of(hub, one)) for one in self.views]
        return words + (["--lens", *views] if views else [])


class GaugePair(Command):
    """A gauge: what the station shows of it, or an image of it, and its true size."""

    shown: Finite | None = None
    image: ImageSource | None = None
    true: Finite

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.shown is None) == (self.image is None):
            raise ValueError("either shown, or image")
        return self


class Gauge(Command):
    """Gain and offset of a measure: pairs of one size give the offset, of several the gain as well."""

    step: StepName
    measure: StepName
    pairs: Annotated[list[GaugePair], Field(min_length=1, max_length=500)]

    async def words(self, hub: Hub) -> list[str]:
        """As options of the command."""
        words = [f"--gauge={self.step}.{self.measure}"]
        for one in self.pairs:
            if one.image is None:
                words += ["--pair", _number(one.shown or 0.0), _number(one.true)]
            else:
                words += ["--seen", str(await path_of(hub, one.image)), _number(one.true)]
        return words


class MachinePair(Command):
    """The same point in the frame and in the machine."""

    x_px: Px
    y_px: Px
    x: Finite
    y: Finite


class Machine(Command):
    """Coordinates of a robot or a table, for a step with the tool machine_position."""

    step: StepName
    pairs: Annotated[list[MachinePair], Field(min_length=3, max_length=100)]

    async def words(self, hub: Hub) -> list[str]:
        """As options of the command."""
        words = [f"--machine={self.step}"]
        for one in self.pairs:
            words += ["--point", *map(_number, (one.x_px, one.y_px, one.x, one.y))]
        return words


class CalibrateCommand(Command):
    """Exactly one of the four kinds."""

    distance: Distance | None = None
    board: BoardViews | None = None
    gauge: Gauge | None = None
    machine: Machine | None = None
    save: bool = False
    """false: say what would come of it, and change nothing"""
    sha256: Sha256 | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self._given) != 1:
            raise ValueError("exactly one of distance, board, gauge and machine")
        return self

    @property
    def _given(self) -> list[Distance | BoardViews | Gauge | Machine]:
        return [one for one in (self.distance, self.board, self.gauge, self.machine) if one is not None]

    async def words(self, hub: Hub) -> list[str]:
        """As options of the command. Raises Problem where an image is not there."""
        (given,) = self._given
        return [*await given.words(hub), *([] if self.save else ["--try"]), *expected(self.sha256)]


class CheckCommand(Command):
    """Look whether the camera has moved."""

    image: ImageSource = ImageSource(live=True)
    """Left out: what it sees now"""


@get("/recipes/{job}/calibration", 404, 409)
async def show(hub: Hub, job: Job) -> Calibration:
    """How the draft turns pixels into millimetres; where there is none, what one would be made from."""
    with telling("the draft cannot be read"):
        return await hub.workbench.calibration(job)


@post("/recipes/{job}/calibration", 404, 409)
async def calibrate(hub: Hub, request: web.Request, job: Job, body: CalibrateCommand) -> Calibrated:
    """Find the board, the distance, the gauge or the machine's points; with `save` the draft has it.

    Answers what is left over and how lengths change. What is in production stays as it is.
    """
    words = await body.words(hub)
    with telling("nothing was calibrated"):
        return await hub.workbench.calibrate(job, who(request), words)


@post("/recipes/{job}/calibration/check", 404, 409)
async def check(hub: Hub, job: Job, body: CheckCommand) -> CameraChecked:
    """Look with the draft's steps of the tool camera_check whether the camera has moved. Nothing is changed."""
    path = await path_of(hub, body.image)
    with telling("the camera was not checked"):
        return await hub.workbench.check_camera(job, path)


def _number(value: float) -> str:
    """For the command line: never with an exponent, of which a minus would be taken for an option."""
    return format(value, "f") if value == round(value, 6) else format(value, ".17f")


ROUTES = (show, calibrate, check)
"""Of this module."""
