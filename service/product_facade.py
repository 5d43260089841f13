"""The products as the web sees them."""

from collections.abc import Sequence

from .api.models import Product
from .hub import NoSuchRecipe, Rejected
from .products import Products, TooManyProducts
from .recipes import RecipeBook
from .station import Station


class ProductFacade:
    """Implements `hub.ProductShelf`."""

    def __init__(self, products: Products, book: RecipeBook, station: Station) -> None:
        self._products, self._book, self._station = products, book, station

    def listing(self) -> Sequence[Product]:
        made = self._products.made_by(self._station.handshake.conditions.job)
        return [
            Product(id=own, jobs=tuple(jobs), prepared=own == made) for own, jobs in sorted(self._products.all.items())
        ]

    async def link(self, product: str, job: int, who: str) -> None:
        if job not in self._book.ready:
            raise NoSuchRecipe(f"no recipe in production has job number {job}")
        try:
            self._products.link(product, job, who)
        except TooManyProducts as exc:
            raise Rejected(0, str(exc)) from None
        await self._station.written()

    async def unlink(self, product: str, job: int, who: str) -> None:
        if not self._products.unlink(product, job, who):
            raise NoSuchRecipe(f"product {product!r} is not linked to job {job}")
        await self._station.written()
