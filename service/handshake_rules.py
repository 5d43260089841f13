"""What the settings say of the handshake with the PLC, as its rules."""

from protocols.handshake import Rules

from .settings import Settings
from .user_values import user_layout


def rules_of(settings: Settings) -> Rules:
    """In seconds where the settings have milliseconds."""
    modbus = settings.modbus
    return Rules(
        hand_over=settings.station.hand_over,
        min_trigger_interval_s=modbus.min_trigger_interval_ms / 1000,
        write_hold_s=modbus.write_hold_s,
        watchdog_s=modbus.watchdog_ms / 1000,
        watchdog_on_request=modbus.watchdog_source == "request",
        watchdog_action=modbus.watchdog_action,
        not_measured=modbus.not_measured,
        commit_limit_s=settings.station.commit_limit_ms / 1000,
        durability=settings.station.durability,
        user=user_layout(settings),
    )
