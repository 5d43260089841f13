"""The exports say what a station serves: every row is read back from a real server."""

import csv
import io
import json
import re
import struct
from collections import Counter
from typing import Any

import pytest

from protocols import tags
from protocols.active_map import FORMATS, ExportError, active_map, export
from protocols.active_map.entries import COIL, DISCRETE, HOLDING, INPUT
from protocols.codec import Orders
from protocols.image import ProcessImage
from protocols.modbus.areas import HOLDING_ENDS, INPUT_ENDS, fits
from protocols.settings import ModbusSettings
from protocols.tag import HR, IR
from protocols.user_block import Layout, UserBlockSettings
from tests.protocols.active_map.test_function_block import BLOCK
from tests.protocols.modbus.station import start_station
from tests.protocols.modbus.wire import Wire

LAYOUT = Layout(
    UserBlockSettings(
        values=BLOCK.values,
        outputs=UserBlockSettings.model_validate(
            {"outputs": [{"name": "Good", "input": 127, "source": "hole.passed"}]}
        ).outputs,
    )
)


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export("csv", LAYOUT), newline="")))


def folders() -> dict[str, list[dict[str, Any]]]:
    return {folder["name"]: folder["tags"] for folder in json.loads(export("ignition", LAYOUT))["tags"]}


def test_no_two_rows_have_one_name_and_every_tag_and_value_has_one() -> None:
    names = Counter(entry.name.lower() for entry in active_map(LAYOUT))
    assert [name for name, count in names.items() if count > 1] == []
    wanted = {tag.name.lower() for tag in tags.ALL if tag.address}
    wanted |= {value.name.lower() for value in LAYOUT.block.values} | {"codelength", "good"}
    assert wanted <= set(names)


def test_every_register_of_the_map_is_in_a_row_or_reserved() -> None:
    covered = {a for e in active_map(LAYOUT) if e.table == INPUT for a in range(e.address, e.address + e.count)}
    assert set(range(900, 932)) <= covered
    assert {2000 + 64 * slot + word for slot in range(16) for word in range(64)} <= covered
    assert set(range(100, 322)) | {330, 331, *range(332, 369)} <= covered
    assert set(range(58)) <= covered


def test_every_row_of_the_csv_exists_in_the_map_with_both_forms_of_its_address() -> None:
    first = {COIL: 1, DISCRETE: 10001, INPUT: 30001, HOLDING: 40001}
    for row in rows():
        address, count = int(row["address_0_based"]), int(row["count"])
        assert int(row["address_1_based"]) == first[row["table"]] + address
        ends = {INPUT: INPUT_ENDS, HOLDING: HOLDING_ENDS}.get(row["table"])
        assert ends is None or fits(ends, address, count), row
        if row["table"] == INPUT:
            assert int(row["mirror_0_based"]) == address + 1000
            assert int(row["mirror_1_based"]) == address + 41001
            assert fits(HOLDING_ENDS, address + 1000, count), row


def test_the_csv_says_the_order_of_what_has_several_registers() -> None:
    order = {row["name"]: row["word_order"] for row in rows()}
    assert (order["Width"], order["Height"], order["Code"], order["Small"]) == ("ABCD", "CDAB", "high-first", "")


def test_the_map_without_a_user_block_has_no_user_rows() -> None:
    assert not any(entry.user for entry in active_map(Layout()))


FUNCTION = {"C": 1, "DI": 2, "HR": 3, "IR": 4}
FORM = re.compile(r"ns=1;s=\[VisionStation\](C|DI|HR|IR)(US|UI_64|UI|I|F|S)?(\d+)(?::(\d+))?")
KINDS = {"": (1, ">h"), "US": (1, ">H"), "I": (2, ">i"), "UI": (2, ">I"), "UI_64": (4, ">Q"), "F": (2, ">f")}
TYPES = {"": "Int2", "US": "Int4", "I": "Int4", "UI": "Int8", "UI_64": "Int8", "F": "Float4", "S": "String"}


async def test_every_ignition_tag_can_be_read_where_it_says() -> None:
    """From IR 100 on each register holds its own address, so that one that is off by one is seen."""
    image = ProcessImage()
    for i in (*range(100, 369), *range(400, 656), *range(900, 932), *range(2000, 3024)):
        image.put(IR(i), struct.pack(">H", i))
    places = {entry.name: entry for entry in active_map(LAYOUT)}
    station = await start_station(ModbusSettings(), image)
    async with await Wire.connect(station.port) as wire:
        for tag in (tag for tags_of in folders().values() for tag in tags_of):
            table, kind, number, length = FORM.fullmatch(tag["opcItemPath"]).groups()  # type: ignore[union-attr]
            bits = table in ("C", "DI")
            assert tag["dataType"] == ("Boolean" if bits else TYPES[kind or ""])
            count = 1 if bits else int(length) // 2 if length else KINDS[kind or ""][0]
            answer = await wire.ask(struct.pack(">BHH", FUNCTION[table], int(number) - 1, count))
            assert answer[0] == FUNCTION[table], tag
            name, _, member = tag["name"].rpartition("_")
            one = places.get(tag["name"]) or places[name]
            address = one.address + (0 if tag["name"] in places else int(member) * count)
            assert int(number) - 1 == address
            if table == "IR" and address >= 100:
                assert struct.unpack(">H", answer[2:4])[0] == address, tag
    await station.server.stop()


async def test_every_row_of_the_csv_can_be_read_where_it_says() -> None:
    station = await start_station(ModbusSettings(), ProcessImage())
    function = {COIL: 1, DISCRETE: 2, HOLDING: 3, INPUT: 4}
    async with await Wire.connect(station.port) as wire:
        for row in rows():
            asked = [(function[row["table"]], int(row["address_0_based"]))]
            asked += [(3, int(row["mirror_0_based"]))] if row["mirror_0_based"] else []
            for code, address in asked:
                answer = await wire.ask(struct.pack(">BHH", code, address, int(row["count"])))
                assert answer[0] == code, row
    await station.server.stop()


def test_an_ignition_tag_has_what_the_import_needs() -> None:
    (made,) = (tag for tag in folders()["UserDefinedBlock"] if tag["name"] == "Width")
    assert made == {
        "name": "Width",
        "tagType": "AtomicTag",
        "valueSource": "opc",
        "opcServer": "Ignition OPC UA Server",
        "opcItemPath": "ns=1;s=[VisionStation]IRI401",
        "dataType": "Int4",
        "readOnly": True,
        "documentation": "hole.width",
    }
    paths = {tag["name"]: tag["opcItemPath"].partition("]")[2] for tag in folders()["UserDefinedBlock"]}
    assert (paths["Code"], paths["CodeLength"], paths["Height"]) == ("IRS406:6", "IRUS405", "IRF403")
    good = folders()["UserDefinedOutputs"][0]
    assert (good["name"], good["opcItemPath"]) == ("Good", "ns=1;s=[VisionStation]DI128")


def test_scada_never_writes_what_triggers() -> None:
    assert all(tag["readOnly"] for tags_of in folders().values() for tag in tags_of)


@pytest.mark.parametrize("kind", ["codesys", "scl", "rockwell"])
@pytest.mark.parametrize("order", ["BADC", "DCBA"])
def test_an_order_that_the_blocks_do_not_know_is_said(kind: str, order: str) -> None:
    with pytest.raises(ExportError, match=f"word order {order}: the function blocks know ABCD and CDAB"):
        export(kind, Layout(None, Orders(order)))  # type: ignore[arg-type]


def test_texts_are_ascii_but_for_comments() -> None:
    """Some tools read sources in the code page of the PC."""
    for kind in ("codesys", "scl", "rockwell"):
        for line in export(kind, LAYOUT).splitlines():
            assert line.partition("//")[0].isascii()


def test_every_format_has_a_file_name_of_its_own() -> None:
    assert len({made.file for made in FORMATS.values()}) == len(FORMATS)


def test_the_command_image_is_where_the_function_block_writes() -> None:
    control, trigger, acknowledge = (t.address for t in (tags.CONTROL_WORD, tags.TRIGGER_SEQ, tags.RESULT_ACK_SEQ))
    assert (control, trigger, acknowledge, tags.PLC_HEARTBEAT.address) == (HR(0), HR(4), HR(5), HR(6))
