"""Products: what was announced before its recipe came, and when that ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.offload import Offload
from service.products import MOST, Products, TooManyProducts
from service.remembered import FILE, Remembered


@pytest.fixture
async def thread() -> AsyncIterator[Offload]:
    offload = Offload("remembered")
    yield offload
    await offload.close()


@pytest.fixture
def said() -> list[str]:
    """The journal's lines."""
    return []


@pytest.fixture
def kept(tmp_path: Path, thread: Offload) -> Remembered:
    return Remembered(tmp_path / FILE, thread)


@pytest.fixture
def products(kept: Remembered, said: list[str]) -> Products:
    return Products(kept, lambda _kind, words, who: said.append(f"{who}: {words}"))


def fill(products: Products) -> None:
    """As many announcements as are kept."""
    for job in range(1, MOST + 1):
        products.announce("", job, "ann")


async def test_a_recipe_that_arrives_ends_its_announcement_and_makes_room(products: Products) -> None:
    fill(products)
    with pytest.raises(TooManyProducts, match=f"announcement {MOST + 1}"):
        products.announce("", MOST + 1, "ann")
    products.arrived(1, "bob")
    products.announce("", MOST + 1, "ann")
    assert products.all == {}, "it was announced for no product"


async def test_it_is_linked_to_what_it_was_announced_for(products: Products, said: list[str]) -> None:
    products.announce("P", 7, "ann")
    products.announce("Q", 7, "ann")
    products.arrived(7, "bob")
    products.arrived(7, "bob")
    assert products.all == {"P": [7], "Q": [7]}
    assert said[-2:] == ["bob: product 'P' is linked to job 7", "bob: product 'Q' is linked to job 7"]


async def test_what_was_put_into_production_beside_the_station_is_linked_at_its_start(
    tmp_path: Path, thread: Offload, kept: Remembered, products: Products
) -> None:
    products.announce("P", 7, "ann")
    products.announce("Q", 8, "ann")
    await kept.written(60)
    later = Products(Remembered(tmp_path / FILE, thread), lambda *_: None)
    later.started({7, 9})
    assert later.all == {"P": [7]}
    later.started({7, 8, 9})
    assert later.all == {"P": [7], "Q": [8]}
