"""Another parser reads the exported IEC 61131-3 text."""

import pytest

from protocols.active_map import export
from protocols.codec import Orders
from protocols.user_block import Layout
from tests.protocols.active_map.test_function_block import BLOCK

pytestmark = pytest.mark.interop

parse = pytest.importorskip("blark.parse", reason="blark is in the dependency group dev")


@pytest.mark.parametrize("layout", [Layout(), Layout(BLOCK, Orders("CDAB", "low-first"))], ids=["plain", "user block"])
def test_blark_reads_the_iec_text(layout: Layout) -> None:
    parsed = parse.parse_source_code(export("codesys", layout))
    assert parsed.exception is None
    kinds = [type(item).__name__ for item in parsed.transform().items]
    user = ["DataTypeDeclaration", "FunctionBlock"] if layout.block.values else []
    assert kinds == ["DataTypeDeclaration", "DataTypeDeclaration", "FunctionBlock", *user]


def test_blark_refuses_what_is_wrong() -> None:
    text = export("codesys", Layout()).replace("END_CASE;", "")
    assert parse.parse_source_code(text).exception is not None
