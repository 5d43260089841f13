"""Products: which recipes are linked to each, which one is made, and what was announced before its recipe came."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from vision.recipe import Recipe

from .remembered import Remembered

KEY = "products"  # of what is remembered
MOST = 1000  # products, and announcements likewise

Note = Callable[[str, str, str], object]


class TooManyProducts(Exception):
    """There are as many as a station keeps."""


class Products:
    """A product is a text by which the line calls what it makes; it exists as long as a recipe is linked to it."""

    def __init__(self, kept: Remembered, note: Note) -> None:
        """`note` writes into the journal: kind, words, who."""
        self._kept, self._note = kept, note
        self.on_change: list[Callable[[], None]] = []
        self.read()

    def read(self) -> None:
        """What is remembered."""
        values = self._kept.get(KEY, {})
        self._jobs: dict[str, list[int]] = {product: [*jobs] for product, jobs in values.get("jobs", {}).items()}
        self._announced: dict[str, list[str]] = dict(values.get("announced", {}))  # by job number, as text
        self._made, self._made_by = values.get("made", ("", 0))

    @property
    def all(self) -> Mapping[str, Sequence[int]]:
        """The job numbers of each, lowest first; recipes that are not in production at the moment are among them."""
        return self._jobs

    def of(self, job: int) -> tuple[str, ...]:
        """Those that this recipe is linked to, by name."""
        return tuple(sorted(product for product, jobs in self._jobs.items() if job in jobs))

    def made_by(self, job: int) -> str:
        """The product that was prepared with this recipe, which is the active one; "" = none was."""
        return self._made if job and job == self._made_by else ""

    def prepared(self, product: str, job: int) -> None:
        """It is made from now on, by this recipe."""
        self._made, self._made_by = product, job
        self._keep()

    def job_active(self, job: int) -> None:
        """Another recipe makes another product; 0 = none is active."""
        if job != self._made_by and self._made_by:
            self.prepared("", 0)

    def link(self, product: str, job: int, who: str) -> None:
        """Again is no error.

        Raises:
            TooManyProducts: It would be one more than `MOST`.
        """
        jobs = self._jobs.get(product, [])
        if job in jobs:
            return
        if product not in self._jobs and len(self._jobs) >= MOST:
            raise TooManyProducts(f"{product!r} would be product {MOST + 1}: at most {MOST} are kept")
        self._jobs[product] = sorted([*jobs, job])
        self._changed(f"product {product!r} is linked to job {job}", who)

    def unlink(self, product: str, job: int, who: str) -> bool:
        """Whether it was linked."""
        jobs = self._jobs.get(product, [])
        if job not in jobs:
            return False
        self._jobs[product] = [one for one in jobs if one != job]
        if not self._jobs[product]:
            del self._jobs[product]
        if (product, job) == (self._made, self._made_by):
            self._made, self._made_by = "", 0
        self._changed(f"product {product!r} is not linked to job {job} any more", who)
        return True

    def forget(self, job: int, who: str) -> None:
        """No product is made by this recipe."""
        for product in self.of(job):
            self.unlink(product, job, who)

    def announce(self, product: str, job: int, who: str) -> None:
        """A recipe of this job number is to come, for this product; "" = for none.

        Raises:
            TooManyProducts: It would be one announcement more than `MOST`.
        """
        products = self._announced.get(str(job), [])
        if str(job) in self._announced and product in ("", *products):
            return
        if sum(map(len, self._announced.values())) + len(self._announced) >= MOST:
            raise TooManyProducts(f"job {job} would be announcement {MOST + 1}: at most {MOST} are kept")
        self._announced[str(job)] = [*products, product] if product else products
        of = f" for product {product!r}" if product else ""
        self._changed(f"a recipe with job {job} is announced{of}", who)

    def started(self, jobs: Iterable[int]) -> None:
        """These are in production; some may have been put there beside the station, while it did not run."""
        for job in jobs:
            self.arrived(job, "")

    @property
    def announced(self) -> Collection[int]:
        """The job numbers of recipes that are still to come."""
        return [int(job) for job in self._announced]

    def renounce(self, job: int, who: str) -> bool:
        """It is not to come any more; whether it was."""
        if self._announced.pop(str(job), None) is None:
            return False
        self._changed(f"the recipe with job {job} is no longer announced", who)
        return True

    def released(self, recipe: Recipe) -> None:
        """It is in production now."""
        self.arrived(recipe.job, recipe.times[-1].by if recipe.times else "")

    def arrived(self, job: int, who: str) -> None:
        """It is in production as it was announced: what it was announced for is made by it. Often nothing was."""
        if str(job) not in self._announced:
            return
        for product in self._announced.pop(str(job)):
            try:
                self.link(product, job, who)
            except TooManyProducts as exc:
                self._note("recipe", str(exc), who)
        self._keep()

    def _changed(self, words: str, who: str) -> None:
        self._note("recipe", words, who)
        self._keep()
        for tell in self.on_change:
            tell()

    def _keep(self) -> None:
        jobs = {product: list(jobs) for product, jobs in self._jobs.items()}
        announced = {job: list(products) for job, products in self._announced.items()}
        made = [self._made, self._made_by]
        self._kept.set(KEY, {"jobs": jobs, "announced": announced, "made": made})
