"""Everything about one part."""

from dataclasses import dataclass

from protocols.handshake.types import Accepted, Outcome
from vision.frame import Acquisition
from vision.result import InspectionResult


@dataclass(frozen=True, slots=True)
class Given:
    """What a client gave a job beside the part; "" = nothing."""

    meas_id: str = ""
    product_id: str = ""


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Inspection:
    """Trigger, acquisition and result of one part, as every sink gets it."""

    accepted: Accepted
    acquisition: Acquisition | None  # None: no frame was had
    result: InspectionResult
    outcome: Outcome
    result_seq: int  # on the wire
    recipe: str = ""
    image: str = ""  # file name in the archive, "" = none kept
    finished_at_us: int = 0  # UTC
    counted: tuple[int, ...] = ()  # the station's counters with this part, as `Counters` lists them; () = not known
    frame_size: tuple[int, int] = (0, 0)  # width, height of the first frame in px; known also where that has gone
    given: Given = NOTHING  # by the time that it was committed
