"""What is installed, missing, slow or misconfigured on the machine of a station, and what to do: ``doctor``."""

from .examine import examine
from .finding import Finding, Verdict
from .subject import Subject

__all__ = ["Finding", "Subject", "Verdict", "examine"]
