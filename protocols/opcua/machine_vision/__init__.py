"""OPC UA for Machine Vision (OPC 40100-1): one VisionSystem with state machine, recipes, results and configuration."""

from .nodeset import NodesetError
from .occurrences import Care, ConditionFacts, Context, Kind, NewsFacts
from .station import (
    ConfigurationFacts,
    ProductFacts,
    RecipeFacts,
    RefusedError,
    ResultFacts,
    StepFacts,
    VisionStation,
    Wanted,
)
from .vision_system import MachineVision

__all__ = [
    "Care",
    "ConditionFacts",
    "ConfigurationFacts",
    "Context",
    "Kind",
    "MachineVision",
    "NewsFacts",
    "NodesetError",
    "ProductFacts",
    "RecipeFacts",
    "RefusedError",
    "ResultFacts",
    "StepFacts",
    "VisionStation",
    "Wanted",
]
