"""The station's settings: ``station.toml``, the environment on top, every problem at once."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from protocols.settings import ModbusSettings, OpcUaSettings, Port
from vision.cameras.settings import CameraSettings, SimulatedSettings


class SettingsError(Exception):
    """The settings do not hold; `problems` has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


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
    acquisition_limit_ms: Annotated[int, Field(ge=50, le=60000)] = 1000
    """A trigger without a frame by then is ERROR (ms)"""
    hand_over: Annotated[int, Field(ge=1, le=8)] = 2
    """Acquisitions that may wait for, or be in, the vision thread"""
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


class ShiftSettings(_Section):
    """``[shifts]`` in station.toml: name = start time of day."""

    starts: dict[str, Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]] = {
        "early": "06:00",
        "late": "14:00",
        "night": "22:00",
    }
    """Start of each shift, HH:MM in the station's zone; daylight saving is heeded"""


class LogSettings(_Section):
    """``[log]`` in station.toml."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least urgent message that is written"""


class Settings(BaseSettings):
    """All of ``station.toml``."""

    model_config = SettingsConfigDict(
        env_prefix="VISION_", env_nested_delimiter="__", extra="forbid", frozen=True, use_attribute_docstrings=True
    )

    station: StationSettings = StationSettings()
    camera: CameraSettings = SimulatedSettings()
    http: HttpSettings = HttpSettings()
    live: LiveSettings = LiveSettings()
    modbus: ModbusSettings = ModbusSettings()
    opcua: OpcUaSettings = OpcUaSettings()
    store: StoreSettings = StoreSettings()
    archive: ArchiveSettings = ArchiveSettings()
    time: TimeSettings = TimeSettings()
    shifts: ShiftSettings = ShiftSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - neither is a source of ours
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        path = config_path()
        file = (TomlConfigSettingsSource(settings_cls, path),) if path else ()
        return (init_settings, env_settings, *file)


def http_bind(settings: Settings) -> str:
    """``address:port`` of HTTP; ``GUNICORN_BIND`` goes before the settings."""
    bind = settings.http.bind or settings.station.bind
    return os.environ.get("GUNICORN_BIND") or join(bind, settings.http.port)


def join(host: str, port: int) -> str:
    """As an address is written; IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def config_path() -> Path | None:
    """The file named by ``CONFIG_PATH``, else ``config/station.toml`` where it exists, else None: embedded defaults."""
    if named := os.environ.get("CONFIG_PATH"):
        return Path(named)
    default = Path("config/station.toml")
    return default if default.exists() else None


def load() -> Settings:
    """Read and validate everything once.

    Raises:
        SettingsError: With every problem: file or variable, key, what is wrong and the value.
    """
    path = config_path()
    if path and not path.is_file():
        raise SettingsError([f"{path}: there is no such file (CONFIG_PATH)"])
    try:
        settings = Settings()
    except ValidationError as exc:
        where = str(path) if path else "environment"
        raise SettingsError([_line(where, e) for e in exc.errors()]) from exc
    except ValueError as exc:  # not TOML at all, or a variable that is no JSON
        raise SettingsError([f"{path or 'environment'}: {exc}"]) from exc
    return settings


def _line(where: str, error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    return f"{where}: {key}: {error['msg']} (found {error.get('input')!r})"
