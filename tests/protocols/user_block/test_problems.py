"""What engineers get wrong in a user-defined block, and the line that says so."""

from typing import Any

import pytest

from protocols.user_block import UserBlockSettings, problems_of

WIDTH = {"name": "Width", "address": 400, "type": "int32", "source": "hole.width"}


def lines(*values: dict[str, Any], outputs: tuple[dict[str, Any], ...] = ()) -> list[str]:
    return problems_of(UserBlockSettings.model_validate({"values": values, "outputs": outputs}))


def test_a_block_without_fault_says_nothing() -> None:
    text = {"name": "Code", "address": 402, "type": "string", "length": 20, "source": "label"}
    bits = {"name": "Flags", "address": 655, "type": "bits", "bits": ["hole.passed", "", "@pass"]}
    assert lines(WIDTH, text, bits, outputs=({"name": "Good", "input": 127, "source": "@pass"},)) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(
            {"address": 401},
            "address: 401: Width has two registers and begins at an even one: take 400 or 402",
            id="odd",
        ),
        pytest.param(
            {"address": 655, "type": "string", "length": 4},
            "address: 655: Width would reach to register 657, the block ends with 655: begin at 653 or before",
            id="out of the block",
        ),
        pytest.param(
            {"type": "string"},
            "length: is missing: Width is a string, say how many bytes it has at most (1 to 128)",
            id="string without length",
        ),
        pytest.param(
            {"type": "bits", "source": ""},
            'bits: is missing: Width is of type bits, list its sources from bit 0 on, for example ["hole.passed"]',
            id="bits without bits",
        ),
        pytest.param(
            {"type": "int16", "word_order": "CDAB"},
            "word_order: Width is of type int16, which has no word_order: take it out",
            id="word order of one word",
        ),
        pytest.param({"scale": 0}, "scale: 0 makes every value of Width the same: take another factor", id="scale 0"),
        pytest.param(
            {"source": ""},
            'source: is missing: where does Width come from? For example "hole.diameter"',
            id="no source",
        ),
        pytest.param(
            {"source": "@part_id"},
            "source: @part_id does not fit the type; there are @seq, @trigger_seq, @job, @recipe_version,"
            " @inspection_id, @reject_class, @sort_number, @judgement, @cycle_us",
            id="a text as a number",
        ),
        pytest.param(
            {"name": "Step"} | {"name": "Repeat"},
            "name: Repeat is a word of the PLC languages: take another, for example RepeatValue",
            id="keyword",
        ),
        pytest.param(
            {"name": "resultseq"},
            "name: resultseq is a tag of the standard map: take another, for example Myresultseq",
            id="standard tag",
        ),
    ],
)
def test_one_mistake(change: dict[str, Any], line: str) -> None:
    assert lines(WIDTH | change) == [f"user_block.values[0].{line}"]


def test_an_overlap_names_both_and_a_place_with_room() -> None:
    other = {"name": "Code", "address": 401, "type": "string", "length": 3, "source": "label"}
    assert lines(WIDTH, other) == [
        "user_block.values[1].address: 401: Code overlaps: register 401 belongs to Width already:"
        " the next place with room is 402"
    ]


def test_neighbours_do_not_overlap() -> None:
    assert lines(WIDTH, WIDTH | {"name": "Height", "address": 402}) == []


def test_two_outputs_on_one_input_and_two_entries_with_one_name() -> None:
    outputs = ({"name": "Good", "input": 96, "source": "@pass"}, {"name": "good", "input": 96, "source": "@fail"})
    assert lines(outputs=outputs) == [
        "user_block.outputs[1].input: 96: discrete input 96 belongs to Good already",
        "user_block.outputs[1].name: good is the name of user_block.outputs[0] already",
    ]


@pytest.mark.parametrize("text", [".", "a.b.c", "a[0].b", "a.b[c]", " a", "[1].a", "a."])
def test_what_is_no_source_says_the_forms(text: str) -> None:
    (line,) = lines(WIDTH | {"source": text})
    assert line.startswith(f'user_block.values[0].source: "{text}" is no source: write "step.measure"')


def test_an_unknown_fact_says_which_there_are() -> None:
    (line,) = lines(WIDTH | {"source": "@sequence"})
    assert line.startswith('user_block.values[0].source: "@sequence" is no fact of a result; there are @seq, ')
