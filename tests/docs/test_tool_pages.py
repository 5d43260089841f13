"""Every tool has its page, and every example does what its caption says."""

import pytest

from docs.tool_examples import EXAMPLES
from docs.tool_pages import FOLDER, pages, tools
from docs.tool_pictures import judged
from vision.result import Judgement


def test_there_is_a_page_for_every_tool_and_none_else() -> None:
    assert {path.name for path in pages()} == {path.name for path in FOLDER.glob("*.md")}
    assert {f"{kind}.md" for kind in tools()} == {path.name for path in FOLDER.glob("*.md")} - {"README.md"}


def test_every_tool_has_an_example() -> None:
    assert tools().keys() == EXAMPLES.keys()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_shows_the_tool_at_work(kind: str) -> None:
    example = EXAMPLES[kind]
    result, _ = judged(example)
    assert example.step["tool"]["type"] == kind
    assert result.judgement is Judgement.PASS, [(one.name, one.message) for one in result.steps]
    assert any(step.overlay for step in result.steps), "there is something to see"
    assert (FOLDER / f"{kind}.jpg").is_file()
