"""Every setting: a typed field with its bounds, its default and its meaning."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from protocols.settings import AsciiSettings, ModbusSettings, OpcUaSettings, Port
from protocols.user_block import UserBlockSettings
from vision.cameras.settings import CameraSettings, SimulatedSettings

from .access_format import DEFAULT_FORMAT, format_problem
from .backup import BackupSettings
from .checks import ChecksSettings
from .production import ProductionSettings
from .storage import ArchiveSettings, StoreSettings


def network(value: str) -> str:
    """An address or a network; "*" is neither: whoever connects could say to be anybody."""
    try:
        ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no IP address or network, e.g. 10.0.0.7 or 10.0.0.0/24") from None
    return value


def address(value: str) -> str:
    """One IP address, as it is compared."""
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError(f"{value!r} is no IP address, e.g. 10.0.0.21") from None


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


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


Origin = Annotated[
    str,
    Field(pattern=r"^https?://[^\s/*?#@]+$", description="an origin, e.g. https://mes.example:8443, never *"),
]
Network = Annotated[
    str, AfterValidator(network), Field(description="an IP address or network, e.g. 10.0.0.7 or 10.0.0.0/24")
]
PanelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", description="a short name, e.g. west")]
PanelAddress = Annotated[str, AfterValidator(address), Field(description="an IP address, e.g. 10.0.0.21")]


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
    watch_only: bool = True
    """Whoever has not signed in may look, once there is an administrator: console, results and metrics"""
    panels: dict[PanelName, PanelAddress] = {}
    """Screens at the line that are operators without signing in, by name, e.g. { west = "10.0.0.21" }"""
    on_screen_keyboard: bool = False
    """Browsers show keys on the screen for each field, unless their user says otherwise"""
    max_sockets: Annotated[int, Field(ge=1)] = 2000
    """Socket.IO and live connections in all"""
    max_sockets_per_address: Annotated[int, Field(ge=1)] = 200
    """Of one address; loopback is free of it"""
    max_connections: Annotated[int, Field(ge=10)] = 4000
    """HTTP connections in all, sockets and idle ones too; whoever comes then gets 503"""
    cors_origins: tuple[Origin, ...] = ()
    """Pages of other origins that may use REST and sockets with the token, e.g. "https://mes.example"; never "*" """
    embed_allowed: tuple[Origin, ...] = ()
    """Origins whose pages may show the view-only pages in a frame, e.g. "https://scada.example"; empty = none"""
    forwarded_allow_ips: tuple[Network, ...] = ("127.0.0.1", "::1")
    """Proxies (addresses or networks) whose X-Forwarded-For and X-Forwarded-Proto are believed"""
    limit_request_line: Annotated[int, Field(ge=512, le=65536)] = 8190
    """Longest request line (bytes)"""
    limit_request_fields: Annotated[int, Field(ge=16, le=1000)] = 128
    """Most header fields of a request"""
    limit_request_field_size: Annotated[int, Field(ge=512, le=65536)] = 8190
    """Longest header field (bytes)"""


class LiveSettings(_Section):
    """``[live]`` in station.toml."""

    fps: Annotated[float, Field(gt=0, le=60)] = 10
    """Live frames while somebody watches (1/s)"""
    width: Annotated[int, Field(ge=160, le=8192)] = 960
    """Width of a live frame unless the viewer asks for another (px)"""
    quality: Annotated[int, Field(ge=20, le=100)] = 75
    """JPEG quality"""


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


class GunicornSettings(_Section):
    """``[gunicorn]`` in station.toml: read when the master starts, not at a reload."""

    timeout: Annotated[int, Field(ge=3, le=600)] = 10
    """A blocked loop is ended after it (s)"""
    graceful_timeout: Annotated[int, Field(ge=1, le=60)] = 3
    """Requests under way may take so long at a stop (s)"""
    keepalive: Annotated[int, Field(ge=1, le=3600)] = 75
    """An idle HTTP connection is kept for it (s)"""
    backlog: Annotated[int, Field(ge=64, le=65535)] = 2048
    """Connections that may wait to be taken"""
    accesslog: str = ""
    """File for a line of each request, in the format below; "-" = standard output, empty = none"""
    access_log_format: str = DEFAULT_FORMAT
    """Of such a line, as Gunicorn writes it"""
    errorlog: str = "-"
    """File that standard error of Gunicorn and the station becomes; `[log] file` takes the log alone; "-" = none"""
    loglevel: Literal["debug", "info", "warning", "error", "critical"] = "warning"
    """Of Gunicorn itself; the station's own is `[log] level`, format and place are those of `[log]` for both"""
    pidfile: str = ""
    """File for the master's process id; empty = none"""
    daemon: bool = False
    """Go to the background, without a word to the terminal (`start_production.sh --daemon` says what became of it)"""
    worker_tmp_dir: str = ""
    """Folder of the heartbeat file; empty = /dev/shm, because a disk could stall it"""
    certfile: str = ""
    """TLS certificate, PEM, with its chain; with it HTTP is HTTPS"""
    keyfile: str = ""
    """Its private key, PEM; empty = in the same file"""
    ca_certs: str = ""
    """Authorities of client certificates, PEM"""
    cert_reqs: Annotated[int, Field(ge=0, le=2)] = 0
    """Client certificates: 0 none, 1 if there is one, 2 required"""
    ciphers: str = ""
    """OpenSSL's names of the ciphers of TLS 1.2; empty = OpenSSL's choice"""

    @field_validator("access_log_format")
    @classmethod
    def _known_atoms(cls, value: str) -> str:
        if problem := format_problem(value):
            raise ValueError(problem)
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
    backup: BackupSettings = BackupSettings()
    time: TimeSettings = TimeSettings()
    shifts: ShiftSettings = ShiftSettings()
    identification: IdentificationSettings = IdentificationSettings()
    checks: ChecksSettings = ChecksSettings()
    production: ProductionSettings = ProductionSettings()
    log: LogSettings = LogSettings()
    gunicorn: GunicornSettings = GunicornSettings()
