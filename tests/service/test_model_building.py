"""Models that a start did without are there before a request needs them."""

import asyncio
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ConfigDict

from service import generations
from service.generations import Mark, shared
from service.model_building import build_models


@pytest.fixture
def not_serving() -> Iterator[None]:
    before = shared[Mark.SERVING]
    shared[Mark.SERVING] = generations.age - 1
    yield
    shared[Mark.SERVING] = before


@pytest.mark.usefixtures("not_serving")
async def test_models_are_built_as_soon_as_this_generation_serves() -> None:
    class Late(BaseModel):
        model_config = ConfigDict(defer_build=True)

        number: int

    building = asyncio.create_task(build_models())
    await asyncio.sleep(0)
    assert not Late.__pydantic_complete__
    assert not building.done()
    shared[Mark.SERVING] = generations.age
    await building
    assert Late.__pydantic_complete__
