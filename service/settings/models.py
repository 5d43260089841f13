"""Every setting: a typed field with its bounds, its default and its meaning."""

import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from protocols.ascii import AsciiSettings
from protocols.settings import ModbusSettings, OpcUaSettings, Port
from protocols.user_block import UserBlockSettings
from vision.cameras.settings import CameraSettings, SimulatedSettings

from .checks import ChecksSettings


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class StationSettings(_Section):
    """``[station]`` in station.toml."""

    name: Annotated[str, Field(min_length=1, max_length=64)] = "Station 1"
    """Shown everywhere"""
    bind: str = "127.0.0.1"
    """Address of all three servers; 0.0.0.0 = every interface"""
    data_folder: Path = Path("data")
    """Database, images and keys"""
    recipe_folder: Path = Path("config/recipes")
    """Recipes, one folder each"""
    commit_limit_ms: Annotated[int, Field(ge=50, le=60000)] = 1000
    """A result whose commit takes longer is offered with the flag "not stored" (ms)"""
    durability: Literal["process", "power"] = "process"
    """A trigger is acknowledged when it outlives the process, or also a power cut (waits for the disk)"""
    acquisition_limit_ms: Annotated[int, Field(ge=50, le=60000)] = 1000
    """A trigger without a frame by then is ERROR (ms)"""
    hand_over: Annotated[int, Field(ge=1, le=8)] = 2
    """Acquisitions that may wait for, or be in, the vision thread"""
    memory_limit_mb: Annotated[int, Field(ge=0)] = 0
    """A tool that wants more is ERROR; 0 = three quarters of the machine's memory (MB)"""
    on_storage_full: Literal["stop", "run_flagged"] = "stop"
    """When the disk takes nothing: stop triggers, or run on with results flagged "not stored" """


class HttpSettings(_Section):
    """``[http]`` in station.toml."""

    port: Port = 5000
    """Console and REST"""
    bind: str | None = None
    """Address of the console alone; unset = the station's"""
    allowed_hosts: tuple[str, ...] = ()
    """Host names, beside loopback's, that requests may name"""
    public_url: Annotated[str, Field(pattern=r"^$|^https?://[^\s/]+(/[^\s]*)?$")] = ""
    """How SCADA systems reach HTTP, for the image tags, e.g. "http://10.0.0.7:5000"; empty = the bound address"""
    metrics_open: bool = False
    """/metrics asks nobody for the token, as /healthz; a station on loopback never does"""
    max_sockets: Annotated[int, Field(ge=1)] = 2000
    """Socket.IO and live connections in all"""
    max_sockets_per_address: Annotated[int, Field(ge=1)] = 200
    """Of one address; loopback is free of it"""


class LiveSettings(_Section):
    """``[live]`` in station.toml."""

    fps: Annotated[float, Field(gt=0, le=60)] = 10
    """Live frames while somebody watches (1/s)"""
    width: Annotated[int, Field(ge=160, le=8192)] = 960
    """Width of a live frame unless the viewer asks for another (px)"""
    quality: Annotated[int, Field(ge=20, le=100)] = 75
    """JPEG quality"""


class ArchiveSettings(_Section):
    """``[archive]`` in station.toml."""

    keep: Literal["all", "fails", "nth", "none"] = "all"
    """Which images are kept: all, those not passed, every Nth as well, none"""
    every_nth: Annotated[int, Field(ge=1)] = 100
    """N of `nth`; these are kept lossless"""
    max_images: Annotated[int, Field(ge=0)] = 100000
    """Oldest go first, 0 = no limit"""
    max_age_days: Annotated[float, Field(ge=0)] = 0
    """Older images go, 0 = no limit (days)"""
    min_free_mb: Annotated[int, Field(ge=0)] = 1000
    """Images go, then none are written, below this free disk (MB)"""
    jpeg_quality: Annotated[int, Field(ge=20, le=100)] = 90
    """Of images that are not kept lossless"""


class StoreSettings(_Section):
    """``[store]`` in station.toml."""

    max_results: Annotated[int, Field(ge=0)] = 0
    """Oldest results go first, 0 = no limit"""
    max_age_days: Annotated[float, Field(ge=0)] = 0
    """Older results go, 0 = no limit (days)"""
    min_free_mb: Annotated[int, Field(ge=0)] = 200
    """Below this free disk the storage fault holds (MB)"""


class TimeSettings(_Section):
    """``[time]`` in station.toml."""

    zone: str = "UTC"
    """IANA name of the zone that shifts, counters and shown times go by"""

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no IANA time zone, e.g. Europe/Berlin") from None
        return value


TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time of day, 00:00 to 23:59")]


class ShiftSettings(_Section):
    """``[shifts]`` in station.toml."""

    starts: dict[str, TimeOfDay] = {
        "early": "06:00",
        "late": "14:00",
        "night": "22:00",
    }
    """Start of each shift, HH:MM in the station's zone; daylight saving is heeded"""


Nameplate = Annotated[str, Field(max_length=128)]


class IdentificationSettings(_Section):
    """``[identification]`` in station.toml."""

    manufacturer: Nameplate = "Vision Inspection"
    """Who built this vision system"""
    model: Nameplate = "Vision Inspection station"
    """What the manufacturer calls it"""
    product_code: Nameplate = ""
    """The manufacturer's order number"""
    serial_number: Nameplate = ""
    """Empty = that of the computer, else a number made of /etc/machine-id; two stations of one machine need two"""
    product_instance_uri: Nameplate = ""
    """Unique in the world; empty = made of the serial number"""
    asset_id: Nameplate = ""
    """The owner's inventory number"""
    location: Nameplate = ""
    """Where it stands, for example "Hall 2, line 4" """


LogLevel = Literal["debug", "info", "warning", "error", "critical"]


class LogSettings(_Section):
    """``[log]`` in station.toml."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least urgent message that is written"""
    levels: dict[str, LogLevel] = {}
    """Of single loggers, by name, e.g. { "service.camera_keeper" = "debug" }"""
    format: Literal["auto", "readable", "json"] = "auto"
    """auto: fields of systemd's journal where it listens, else readable lines; json: an object a line"""
    file: Path | None = None
    """Write there, and not to standard error; it may be rotated"""
    access: bool = False
    """A line for each HTTP request"""
    sentry_dsn: str = ""
    """Errors are sent to this collector, e.g. "https://key@sentry.example.com/3"; empty = nowhere"""

    @field_validator("sentry_dsn")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@]+@[^\s/@]+(/[^\s/]+)*/\d+", value):
            raise ValueError(f"must be http(s)://KEY@HOST/NUMBER as the collector shows it; found {value!r}")
        return value


class Settings(_Section):
    """All of ``station.toml``."""

    station: StationSettings = StationSettings()
    camera: CameraSettings = SimulatedSettings()
    http: HttpSettings = HttpSettings()
    live: LiveSettings = LiveSettings()
    modbus: ModbusSettings = ModbusSettings()
    user_block: UserBlockSettings = UserBlockSettings()
    opcua: OpcUaSettings = OpcUaSettings()
    ascii: AsciiSettings = AsciiSettings()
    store: StoreSettings = StoreSettings()
    archive: ArchiveSettings = ArchiveSettings()
    time: TimeSettings = TimeSettings()
    shifts: ShiftSettings = ShiftSettings()
    identification: IdentificationSettings = IdentificationSettings()
    checks: ChecksSettings = ChecksSettings()
    log: LogSettings = LogSettings()
