"""The protocol sections of ``station.toml``."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from .codec import StringOrder, WordOrder

Port = Annotated[int, Field(ge=1, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ModbusSettings(_Section):
    """``[modbus]`` in station.toml."""

    enabled: bool = True
    """Serve Modbus TCP"""
    port: Port = 5020
    """TCP port the PLC connects to; 502 needs CAP_NET_BIND_SERVICE"""
    unit_ids: tuple[Annotated[int, Field(ge=0, le=255)], ...] = ()
    """Unit ids that are answered, empty = all; others get exception 0B"""
    word_order: WordOrder = "ABCD"
    """Order of the registers of 32- and 64-bit numbers"""
    string_order: StringOrder = "high-first"
    """Which byte of a register holds the first of two characters"""
    not_measured: float = float("nan")
    """What a value register holds when nothing was measured; nan, 0 or another number"""
    max_connections: Annotated[int, Field(ge=1, le=1000)] = 32
    """Connections in all; one more is reset at once"""
    max_connections_per_address: Annotated[int, Field(ge=1, le=1000)] = 16
    """Connections of one address; loopback is free of it"""
    idle_timeout_s: Annotated[float, Field(ge=0)] = 0
    """A connection silent for so long is closed, 0 = never (s)"""
    write_control: Literal["first", "listed", "everyone"] = "first"
    """Who may write: the first address that does, the addresses of `writers`, or everyone"""
    writers: tuple[str, ...] = ()
    """Addresses that may write when `write_control` is listed; 4 of the connections are kept for them"""
    write_hold_s: Annotated[float, Field(ge=0, le=3600)] = 10.0
    """How long an address keeps write control after its last connection closed (s)"""
    min_trigger_interval_ms: Annotated[int, Field(ge=0, le=60000)] = 0
    """A trigger sooner than this after the last accepted one is rejected with code 8, 0 = off (ms)"""
    watchdog_ms: Annotated[int, Field(ge=0, le=600000)] = 0
    """PlcHeartbeat must change within this time, 0 = off (ms)"""
    watchdog_source: Literal["heartbeat", "request"] = "heartbeat"
    """What counts as a sign of life: a change of PlcHeartbeat, or any valid request of the controlling client"""
    watchdog_action: Literal["nothing", "clear_trigger_enable", "go_offline"] = "nothing"
    """What happens beside PlcWatchdogTripped and a warning"""

    @field_validator("writers")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for writer in value:
            try:
                ip_address(writer)
            except ValueError:
                raise ValueError(f"{writer!r} is no IP address, e.g. 192.168.0.10") from None
        return value


class OpcUaSettings(_Section):
    """``[opcua]`` in station.toml."""

    enabled: bool = True
    """Serve OPC UA"""
    port: Port = 4840
    """TCP port SCADA systems connect to"""
    anonymous: bool | None = None
    """Anonymous clients may read; unset = on a loopback bind only"""
    policy_none: bool | None = None
    """Offer the unencrypted endpoint; unset = on a loopback bind only"""
    trust: Literal["list", "any"] | None = None
    """Whose certificates open a channel: the trust list's, or any; unset = any on a loopback bind, else list"""
    certificate: Path | None = None
    """A certificate of your own (DER) in place of the station's"""
    private_key: Path | None = None
    """Its private key (PEM, without a password)"""
    certificate_years: Annotated[int, Field(ge=1, le=30)] = 20
    """Life of the station's own certificate, which is renewed 60 days before its end"""
    host_names: tuple[str, ...] = ()
    """Names that clients dial, beside those of the machine; they stand in the certificate"""
    asset: bool = True
    """Show who made the station and its parts, and its health, below Machines (OPC 40100-2)"""
    max_sessions: Annotated[int, Field(ge=1, le=1000)] = 64
    """Connections in all"""
    max_sessions_per_address: Annotated[int, Field(ge=1, le=1000)] = 16
    """Connections of one address; loopback is free of it"""
    min_publishing_interval_ms: Annotated[int, Field(ge=10, le=60000)] = 100
    """A client that asks for less gets this (ms)"""


class AsciiSettings(_Section):
    """``[ascii]`` in station.toml."""

    enabled: bool = False
    """Serve the text interface, for robots, printers and PLCs without Modbus"""
    port: Port = 5025
    """TCP port"""
    template: str = "{seq};{judgement};{reject_class};{part_id}"
    """The line of a result; docs/ascii.md lists the fields"""
    line_end: Literal["crlf", "cr", "lf"] = "crlf"
    """End of each line that is sent; any of them is understood"""
    push: bool = False
    """Send every result to every connection, asked for or not"""
    max_connections: Annotated[int, Field(ge=1, le=100)] = 8
    """Connections in all; one more is reset at once"""

    @field_validator("template")
    @classmethod
    def _fields(cls, value: str) -> str:
        if value != cls.model_fields["template"].default:  # or a start would look at the whole text interface for it
            from .ascii import Template

            Template(value)
        return value
