"""What each beat of the supervisor tells: a failed reload as an alarm, and systemd its line of status."""

from protocols import reasons
from protocols.alarms import RELOAD_FAILED

from . import generations
from .alarms import Alarms
from .station import Station


def follow_beats(name: str, station: Station, alarms: Alarms) -> None:
    """`name`: the station's."""

    def beat() -> None:
        trouble = "; ".join(generations.reload_trouble().splitlines())
        alarms.set(RELOAD_FAILED, trouble != "", trouble)
        if generations.systemd.listens:
            generations.systemd.beat(in_words(name, station, alarms))

    station.on_beat.append(beat)


def in_words(name: str, station: Station, alarms: Alarms) -> str:
    """What ``systemctl status`` shows: the last reload's trouble in any case, and one of the other alarms."""
    handshake = station.handshake
    words = [f"online, job {handshake.conditions.job}"] if handshake.online else []
    words += [] if handshake.online else [f"offline: {reasons.offline().get(handshake.offline_reason, 'no reason')}"]
    others = [alarm for alarm in alarms.active if alarm.number != RELOAD_FAILED.number]
    words += [f"alarm {alarm.number}: {alarm.text}" for alarm in others[:1]]
    words += [f"the last reload failed: {trouble}"] if (trouble := generations.reload_trouble()) else []
    return f"{name}: {'; '.join(words)}"
