"""What stands in the registers of a user-defined block."""

import math
import struct
from typing import Any

import pytest

from protocols.codec import Orders
from protocols.user_block import Layout, Picked, UserBlockSettings
from protocols.user_block.layout import Value

FACTS: dict[str, int | bytes] = {
    "seq": 77, "trigger_seq": 41, "job": 12, "recipe_version": 3, "inspection_id": 70_000, "reject_class": 0,
    "judgement": 1, "cycle_us": 38_000, "pass": 1, "fail": 0, "error": 0, "part_id": b"AB12",
}  # fmt: skip


def layout(*values: dict[str, Any], outputs: tuple[dict[str, Any], ...] = (), **more: Any) -> Layout:
    named = [{"name": f"V{i}", "source": "hole"} | value for i, value in enumerate(values)]
    block = UserBlockSettings.model_validate({"values": named, "outputs": outputs})
    return Layout(block, **more)


def words(made: Layout, *values: Value, facts: dict[str, int | bytes] | None = None) -> tuple[tuple[int, ...], bool]:
    shown = made.show(made.pack(Picked(values)), facts or FACTS)
    return struct.unpack(">256H", shown.words), shown.clamped


@pytest.mark.parametrize(
    ("kind", "scale", "value", "register", "clamped"),
    [
        pytest.param("int16", 1000, 1.2345, 1235, False, id="half up"),
        pytest.param("int16", 1000, -1.2345, 0x10000 - 1234, False, id="half up, also below zero"),
        pytest.param("int16", 1, 32767, 32767, False, id="at the limit"),
        pytest.param("int16", 1, 32767.5, 32767, True, id="above the limit"),
        pytest.param("int16", 1, -32767, 0x8001, False, id="at the lower limit"),
        pytest.param("int16", 1, -32768, 0x8001, True, id="what says not measured is never a value"),
        pytest.param("int16", 1, 1e300, 32767, True, id="far above"),
        pytest.param("int16", 1, math.nan, 0x8000, False, id="not measured"),
        pytest.param("int16", 1, math.inf, 0x8000, False, id="infinite is not measured"),
        pytest.param("uint16", 1, 65534, 65534, False, id="unsigned at the limit"),
        pytest.param("uint16", 1, 65535, 65534, True, id="unsigned above"),
        pytest.param("uint16", 1, -1, 0, True, id="unsigned below"),
        pytest.param("uint16", 1, None, 65535, False, id="unsigned not measured"),
    ],
)
def test_a_whole_number_of_one_register(kind: str, scale: float, value: float, register: int, clamped: bool) -> None:
    made = layout({"address": 401, "type": kind, "scale": scale})
    found, was_clamped = words(made, value)
    assert (found[1], was_clamped) == (register, clamped)


@pytest.mark.parametrize(
    ("order", "registers"),
    [(None, (0xF8A4, 0x32EB)), ("ABCD", (0x32EB, 0xF8A4)), ("BADC", (0xEB32, 0xA4F8)), ("DCBA", (0xA4F8, 0xEB32))],
)
def test_the_word_order_of_one_value_stands_over_the_stations(order: str | None, registers: tuple[int, int]) -> None:
    made = layout({"address": 400, "type": "int32", "word_order": order}, orders=Orders(word="CDAB"))
    assert words(made, 854325412.0)[0][:2] == registers


def test_scale_and_offset() -> None:
    assert words(layout({"address": 400, "type": "uint32", "scale": 100, "offset": 7}), 12.5)[0][:2] == (0, 1257)


def test_a_float_that_does_not_fit_stands_at_its_limit() -> None:
    found, clamped = words(layout({"address": 400, "type": "float32"}), 1e39)
    assert struct.unpack(">f", struct.pack(">2H", *found[:2]))[0] == pytest.approx(3.4028235e38)
    assert clamped


@pytest.mark.parametrize(
    ("own", "station", "kind", "registers"),
    [
        pytest.param(None, math.nan, "float32", (0x7FC0, 0), id="a float is NaN"),
        pytest.param(None, 0.0, "float32", (0, 0), id="a float as the station has it"),
        pytest.param(-1, 0.0, "float32", (0xBF80, 0), id="a float of its own"),
        pytest.param(None, math.nan, "int32", (0x8000, 0), id="a whole number is its lowest"),
        pytest.param(None, 0.0, "int32", (0, 0), id="a whole number as the station has it"),
        pytest.param(-5, 0.0, "int32", (0xFFFF, 0xFFFB), id="a whole number of its own"),
        pytest.param(-5, 0.0, "uint32", (0, 0), id="an unsigned one cannot be negative"),
    ],
)
def test_not_measured(own: float | None, station: float, kind: str, registers: tuple[int, int]) -> None:
    made = layout({"address": 400, "type": kind, "not_measured": own}, not_measured=station)
    assert words(made, None)[0][:2] == registers


@pytest.mark.parametrize(
    ("value", "registers", "clamped"),
    [
        (b"ABC", (3, 0x4142, 0x4300, 0), False),
        ("äöü", (5, 0xC3A4, 0xC3B6, 0xC300), True),
        (b"", (0, 0, 0, 0), False),
        (None, (0, 0, 0, 0), False),
    ],
)
def test_a_string_has_its_length_in_front(value: Value, registers: tuple[int, ...], clamped: bool) -> None:
    found, was_clamped = words(layout({"address": 401, "type": "string", "length": 5}), value)
    assert (found[1:5], was_clamped) == (registers, clamped)


def test_the_characters_of_a_string_follow_the_stations_order() -> None:
    made = layout({"address": 400, "type": "string", "length": 4}, orders=Orders(string="low-first"))
    assert words(made, b"ABCD")[0][:3] == (4, 0x4241, 0x4443)


def test_bits_and_outputs_are_cleared_by_a_trigger_and_numbers_are_not() -> None:
    made = layout(
        {"address": 400, "type": "bits", "source": "", "bits": ["hole.passed", "", "pin.passed"]},
        {"address": 401, "type": "int16"},
        outputs=({"name": "Good", "input": 97, "source": "hole.passed"},),
    )
    shown = made.show(made.pack(Picked(((True, False, True), 5.0), (True,))), FACTS)
    assert (shown.words[:4], shown.outputs) == (b"\0\5\0\5", 2)
    assert made.cleared(shown.words)[:4] == b"\0\0\0\5"


def test_facts_are_those_of_the_offered_result() -> None:
    made = layout(
        {"address": 400, "type": "uint16", "source": "@seq"},
        {"address": 402, "type": "uint32", "source": "@inspection_id"},
        {"address": 404, "type": "string", "length": 8, "source": "@part_id"},
        {"address": 409, "type": "bits", "source": "", "bits": ["@fail", "@pass", "hole.passed"]},
        outputs=({"name": "Good", "input": 96, "source": "@pass"},),
    )
    kept = made.pack(Picked((None, None, None, (True, False, True)), (False,)))
    shown = made.show(kept, FACTS)
    assert struct.unpack(">10H", shown.words[:20]) == (77, 0, 1, 4464, 4, 0x4142, 0x3132, 0, 0, 0b110)
    assert shown.outputs == 1


def test_a_result_that_measured_nothing_still_has_its_facts() -> None:
    made = layout({"address": 400, "type": "uint16", "source": "@seq"}, {"address": 401, "type": "int16"})
    assert struct.unpack(">2H", made.show(b"", FACTS).words[:4]) == (77, 0x8000)


def test_one_job_may_take_its_value_from_elsewhere() -> None:
    made = layout({"address": 400, "type": "uint16", "source": "@seq", "by_job": {"13": "@job"}})
    assert [words(made, None, facts=FACTS | {"job": job})[0][0] for job in (12, 13)] == [77, 13]


def test_what_was_kept_under_another_layout_is_not_shown() -> None:
    before, after = layout({"address": 400, "type": "int16"}), layout({"address": 402, "type": "int16"})
    assert after.show(before.pack(Picked((5.0,))), FACTS).words == after.blank


def test_nothing_laid_out_keeps_nothing() -> None:
    assert Layout().pack(Picked()) == b""
    assert Layout().show(b"", FACTS).words == bytes(512)
