"""Node ids are what SCADA projects are built on: a list that grows, and in which nothing ever moves."""

from pathlib import Path

from protocols import tags
from protocols.opcua.nodes import variant_type

LIST = Path(__file__).parent / "node_ids.txt"


def rows() -> set[str]:
    return {
        f"{tag.node} {variant_type(tag.wire).name}{'[]' if tag.wire.python is tuple else ''}"
        for tag in tags.ALL
        if tag.node
    }


def test_no_id_that_was_ever_published_is_gone_or_has_another_type() -> None:
    gone = set(LIST.read_text().splitlines()) - rows()
    assert not gone, "a SCADA project may hold these: bring them back; the list is never shortened"


def test_a_new_id_is_written_into_the_list_with_its_release() -> None:
    new = rows() - set(LIST.read_text().splitlines())
    assert not new, f"add these lines to {LIST.name}, in the order of the alphabet: from then on they stand"


def test_the_list_has_one_line_an_id() -> None:
    lines = LIST.read_text().splitlines()
    assert lines == sorted(set(lines))
    assert len({line.split()[0] for line in lines}) == len(lines)
