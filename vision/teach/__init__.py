"""Let tools learn from images; knows no tool by name."""

from .examples import Example
from .lesson import save_lesson, teach_step, teaching_order
from .proposal import Proposal
from .rates import bound
from .trial import FEWEST, Near, Trial, hold_trial, with_limits

__all__ = [
    "FEWEST",
    "Example",
    "Near",
    "Proposal",
    "Trial",
    "bound",
    "hold_trial",
    "save_lesson",
    "teach_step",
    "teaching_order",
    "with_limits",
]
