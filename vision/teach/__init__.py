"""Let tools learn from images; knows no tool by name."""

from .examples import UNSAID, Example, means_bad, means_good
from .lesson import bring_files, save_lesson, sharing, teach_step, teaching_order
from .measured import measured_steps
from .proposal import Proposal
from .rates import bound
from .reference import (
    Approval,
    JudgedReference,
    add_reference,
    approved,
    check_references,
    failed_references,
    judged_references,
    load_reference,
    remove_reference,
)
from .trial import FEWEST, Near, Trial, hold_trial, with_limits

__all__ = [
    "FEWEST",
    "UNSAID",
    "Approval",
    "Example",
    "JudgedReference",
    "Near",
    "Proposal",
    "Trial",
    "add_reference",
    "approved",
    "bound",
    "bring_files",
    "check_references",
    "failed_references",
    "hold_trial",
    "judged_references",
    "load_reference",
    "means_bad",
    "means_good",
    "measured_steps",
    "remove_reference",
    "save_lesson",
    "sharing",
    "teach_step",
    "teaching_order",
    "with_limits",
]
