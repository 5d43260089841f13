"""Every input register that the model knows."""

from collections.abc import Iterable

from tests.protocols.handshake.model import Model
from tests.protocols.handshake.model_state import CAPACITY, ModelResult

COMPACT = [0, 1, 2, 4, 5, 6, 7, 8, 10, 11, 100, 101, 102, 103, 330, 121]


def model_registers(model: Model) -> dict[int, int]:
    """Address to value, as they stand between turns."""
    image = _status(model) | _shown(model)
    image |= {900 + i: image.get(a, 0) for i, a in enumerate(COMPACT)} | {931: image[100]}
    for slot, result in model.ring.items():
        tail = [*_words(result.trigger.encoder), result.reject_class, result.seq]
        image |= {2000 + 64 * slot + i: v for i, v in _header(result, result.flags).items()}
        image |= {2060 + 64 * slot + i: v for i, v in enumerate(tail)}
    return image


def _status(model: Model) -> dict[int, int]:
    busy, reason = bool(model.open or model.pending), model.offline_reason
    word = [model.ready, model.trigger_ack, model.acquiring, model.missed, reason & 1, reason >> 1 & 1, reason >> 2]
    executing, answered = model.executing is not None or bool(model.held), not model.held
    word += [model.online, busy, model.toggle, model.overrun, model.results_valid, executing]
    word += [model.completed and answered, model.failed and answered, not model.camera]
    passed = model.flags & 2
    word2 = [model.user_data_ack, model.tripped, False, model.exposed, passed, False, model.config_changed]
    image = {0: _bits(word), 1: _bits(word2), 4: model.ack_seq, 5: model.rejected_seq, 6: model.reject_code}
    status, error = (model.command_status, model.command_error) if answered else (1, 0)
    image |= {7: model.command_ack, 8: status, 9: error, 10: model.job}
    image |= {13: len(model.queue), 14: model.newest, 15: CAPACITY, 41: model.boots}
    counters = {16: model.trigger_count, 18: model.missed_count, 20: model.inspections, 22: model.passes}
    counters |= {24: model.fails, 44: model.errors, 46: model.overruns}
    return image | {a + i: w for a, n in counters.items() for i, w in enumerate(_words(n))}


def _shown(model: Model) -> dict[int, int]:
    result = model.head
    if not result:
        return {100: 0, 330: 65535}
    trigger = result.trigger
    image = {100 + i: v for i, v in _header(result, model.flags).items()}
    text = trigger.part_id.ljust(64, b"\0")
    reject_class = 65535 if model.cleared else result.reject_class
    image |= {332: len(trigger.part_id), 330: reject_class, 331: result.seq, 368: result.seq}
    image |= {333 + i: int.from_bytes(text[2 * i : 2 * i + 2], "big") for i in range(32)}
    image |= dict(zip((366, 367), _words(trigger.encoder), strict=True))
    return image | (dict.fromkeys((120, 121, 122, 123), 0) if model.cleared else {})


def _header(result: ModelResult, flags: int) -> dict[int, int]:
    trigger = result.trigger
    words = {0: result.seq, 1: trigger.seq, 2: flags, 3: trigger.job, 27: result.seq}
    pairs = {4: trigger.number, 6: trigger.user_tag, 20: result.bits, 22: result.executed}
    return words | {a + i: w for a, n in pairs.items() for i, w in enumerate(_words(n))}


def _words(value: int) -> tuple[int, int]:
    return value >> 16 & 0xFFFF, value & 0xFFFF


def _bits(values: Iterable[object]) -> int:
    return sum(bool(v) << i for i, v in enumerate(values))
