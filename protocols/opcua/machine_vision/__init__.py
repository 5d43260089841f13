"""OPC UA for Machine Vision (OPC 40100-1): one VisionSystem with state machine, recipes, results and configuration."""

from .asset_facts import AssetFacts, Condition, Health, Identification, Item
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
from .typespace import TypeSpace
from .vision_system import MachineVision

__all__ = [
    "AssetFacts",
    "Care",
    "Condition",
    "ConditionFacts",
    "ConfigurationFacts",
    "Context",
    "Health",
    "Identification",
    "Item",
    "Kind",
    "MachineVision",
    "NewsFacts",
    "NodesetError",
    "ProductFacts",
    "RecipeFacts",
    "RefusedError",
    "ResultFacts",
    "StepFacts",
    "TypeSpace",
    "VisionStation",
    "Wanted",
]
