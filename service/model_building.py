"""Builds what `defer_build` left of pydantic's models, in a thread, as soon as this generation serves.

A start needs few of them; the first request that needs another would else build it on the loop.
"""

import asyncio
from collections.abc import Iterator

from pydantic import BaseModel

from . import generations
from .generations import Mark, shared
from .offload import Offload

LOOK_S = 0.05


async def build_models() -> None:
    """All whose modules are imported by now."""
    while shared[Mark.SERVING] < generations.age:
        await asyncio.sleep(LOOK_S)
    thread = Offload("models")
    try:
        await thread(_build)
    finally:
        await thread.close()


def _build() -> None:
    for model in _below(BaseModel):
        model.model_rebuild()


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)
