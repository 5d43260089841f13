"""The alarm numbers that inspections give are rows of the table of alarms."""

import pytest

from protocols import alarms
from vision.errors import ErrorCode

NAMES = {
    ErrorCode.RECIPE: alarms.RECIPE_EMPTY,
    ErrorCode.TIME_LIMIT: alarms.TIME_LIMIT,
    ErrorCode.IMAGE_QUALITY: alarms.IMAGE_QUALITY,
    ErrorCode.TOOL: alarms.TOOL_ERROR,
    ErrorCode.IMAGE_FORMAT: alarms.IMAGE_FORMAT,
    ErrorCode.INTERNAL: alarms.TOOL_DEFECT,
    ErrorCode.MEMORY: alarms.OUT_OF_MEMORY,
}


@pytest.mark.parametrize("code", [code for code in ErrorCode if code])
def test_a_code_is_the_number_of_its_alarm(code: ErrorCode) -> None:
    assert NAMES[code].number == code
