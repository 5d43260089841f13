"""What the vision asset of OPC 40100-2 shows of the station, free of asyncua."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, unique


@unique
class Health(IntEnum):
    """DeviceHealthEnumeration of OPC UA for Devices, after NAMUR NE 107."""

    NORMAL = 0
    FAILURE = 1
    CHECK_FUNCTION = 2
    OFF_SPEC = 3
    MAINTENANCE_REQUIRED = 4


@dataclass(frozen=True, slots=True)
class Identification:
    """Who made it and which one it is; "" = not known, and then not shown unless the standard wants it."""

    manufacturer: str
    model: str
    serial_number: str = ""
    software_revision: str = ""
    hardware_revision: str = ""
    product_code: str = ""
    product_instance_uri: str = ""
    device_class: str = ""
    asset_id: str = ""
    location: str = ""
    component_name: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One part of the system. Its name is the last part of its node id, so it never changes."""

    name: str
    identification: Identification
    sizes: Mapping[str, int] | None = None  # of a camera's image, in px, by name


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """The whole system; they hold until the next start."""

    name: str  # as people call it
    machine: Identification
    cameras: tuple[Item, ...]
    computers: tuple[Item, ...]
    software: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """How the system is now, and its cameras."""

    system: Health
    cameras: Health
