"""What engineers do to drafts over REST, as the commands of the same names do it: one at a time, behind the line."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vision.errors import RecipeError
from vision.imaging.encode import png
from vision.recipe import sign_change, working_copy
from vision.taught import load_taught
from vision.teach import load_reference

from . import errand
from .api import calibration_models as calibrations
from .api import reference_models as models
from .api import teaching_models as teaching
from .api.recipe_models import Draft
from .hub import RecipeRefused
from .teaching import Labelled, Wanted
from .teaching_set import KeptImage, TeachingSet, load_set, set_folder

T = TypeVar("T")
Note = Callable[[str, str, str], object]
"""Into the journal: kind, text and who."""


class Folders(Protocol):
    """Where recipes lie: `RecipeFacade`."""

    async def folder(self, job: int) -> Path:
        """Raises NoSuchRecipe."""
        ...

    async def draft(self, job: int) -> Draft:
        """Raises NoSuchRecipe, RecipeRefused."""
        ...

    async def asked(self, call: Callable[..., T], *args: Any) -> T:
        """In the recipes' thread. Raises RecipeRefused."""
        ...


class Workbench:
    """Every change is made by a process of its own, and to the draft alone."""

    def __init__(self, folders: Folders, note: Note, data: Path) -> None:
        self._folders, self._note, self._data = folders, note, data
        self._at_work = asyncio.Lock()

    async def folder(self, job: int) -> Path:
        """Where a recipe lies. Raises NoSuchRecipe."""
        return await self._folders.folder(job)

    async def references(self, job: int) -> models.References:
        """Of the draft, or of what a draft would be made from. Raises NoSuchRecipe, RecipeRefused."""
        recipe = await self._folders.asked(working_copy, await self._folders.folder(job))
        items = tuple(models.Reference(**one.model_dump()) for one in recipe.references)
        return models.References(job=job, version=recipe.version, sha256=recipe.sha256, items=items)

    async def reference_image(self, job: int, name: str) -> bytes | None:
        """A PNG of its first frame; None = there is no such reference. Raises NoSuchRecipe, RecipeRefused."""
        return await self._folders.asked(_first_frame, await self._folders.folder(job), name)

    async def judge_references(self, job: int, version: str) -> models.ReferencesJudged:
        """`version`: its number, draft or production. Raises NoSuchRecipe, RecipeRefused."""
        return models.ReferencesJudged(job=job, **await self._do("reference", job, [f"--version={version}", "--json"]))

    async def change_references(self, job: int, who: str, words: Sequence[str], did: str) -> models.ReferencesJudged:
        """`words` of the command ``reference``. Raises NoSuchRecipe, RecipeRefused."""
        done = await self._do("reference", job, [*words, "--json"])
        await self._changed(job, did, who, ": ")
        return models.ReferencesJudged(job=job, **done)

    async def calibration(self, job: int) -> calibrations.Calibration:
        """Of the draft, or of what one would be made from. Raises NoSuchRecipe, RecipeRefused."""
        return await self._folders.asked(_calibration, await self._folders.folder(job))

    async def calibrate(self, job: int, who: str, words: Sequence[str]) -> calibrations.Calibrated:
        """`words` of the command ``calibrate``. Raises NoSuchRecipe, RecipeRefused."""
        done = calibrations.Calibrated(job=job, **await self._do("calibrate", job, [*words, "--json"]))
        if done.saved:
            await self._changed(job, f"was calibrated ({done.kind})", who)
        return done

    async def check_camera(self, job: int, image: Path) -> calibrations.CameraChecked:
        """Raises NoSuchRecipe, RecipeRefused."""
        done = await self._do("calibrate", job, [f"--check={image}", "--json"])
        return calibrations.CameraChecked(job=job, **done)

    async def teach(self, job: int, who: str, wanted: Wanted) -> teaching.Taught:
        """The draft. Raises NoSuchRecipe, RecipeRefused."""
        done = await self._do("teach", job, [*wanted.words(), "--json"])
        await self._changed(job, f"was taught from {wanted.counted()}", who)
        return teaching.Taught(job=job, **done, draft=await self._folders.draft(job))

    async def label(self, job: int, who: str, said: Labelled) -> teaching.Relearned:
        """Keep or forget an image, and let the draft learn. Raises NoSuchRecipe, RecipeRefused."""
        done = teaching.Relearned(job=job, **await self._do("label", job, [*said.words(who), "--json"]))
        if said.files:
            steps = f" for {said.where}" if said.steps else ""
            verb = "is" if len(said.files) == 1 else "are"
            words = f"{', '.join(said.origins)} {verb} {said.label}{steps}"
            self._note("recipe", f"the teaching set of job {job}: {words}", who)
        if said.forget:
            self._note("recipe", f"the teaching set of job {job}: image {said.forget} was taken out", who)
        if done.lessons or done.taken:
            await self._changed(job, f"learned from its {done.kept} labelled images", who)
        return done

    async def teaching_set(self, job: int) -> teaching.TeachingImages:
        """Raises NoSuchRecipe, RecipeRefused."""
        kept = await self._set(job)
        images = tuple(teaching.LabelledImage(**asdict(one)) for one in kept.images)
        return teaching.TeachingImages(job=job, images=images)

    async def teaching_file(self, job: int, file: str) -> Path | None:
        """Of an image of the set; None = it has none of this name. Raises NoSuchRecipe, RecipeRefused."""
        kept = await self._set(job)
        return next((kept.path(one).resolve() for one in kept.images if one.file == file), None)

    async def teaching_paths(self, job: int) -> list[tuple[KeptImage, Path]]:
        """Every image of the set, and where it lies. Raises NoSuchRecipe, RecipeRefused."""
        kept = await self._set(job)
        return [(one, kept.path(one)) for one in kept.images]

    async def _set(self, job: int) -> TeachingSet:
        await self._folders.folder(job)
        return await self._folders.asked(load_set, set_folder(self._data, job))

    async def _changed(self, job: int, what: str, who: str, between: str = " ") -> None:
        """The draft, which keeps who it was."""
        await self._folders.asked(sign_change, await self._folders.folder(job), who)
        self._note("recipe", f"the draft of job {job}{between}{what}", who)

    async def _do(self, command: str, job: int, words: Sequence[str]) -> dict[str, Any]:
        folder = await self._folders.folder(job)
        if self._at_work.locked():
            raise RecipeRefused(("another recipe is being worked on; ask again when that has ended",))
        async with self._at_work:
            try:
                return await errand.run([command, str(folder.resolve()), *words], self._data)
            except errand.NotDone as exc:
                raise RecipeRefused(exc.problems) from None


def _calibration(folder: Path) -> calibrations.Calibration:
    recipe = working_copy(folder)
    used, record = recipe.calibration, ""
    if used.taught is not None and (entry := recipe.taught.get(used.taught)) is not None:
        kept = load_taught(folder, used.taught, entry.sha256, entry.tool, entry.tool_version)
        record = kept.texts.get("record", "")
    return calibrations.Calibration(
        job=recipe.job,
        version=recipe.version,
        sha256=recipe.sha256,
        mm_per_px=used.mm_per_px,
        plane=used.taught is not None,
        record=record,
    )


def _first_frame(folder: Path, name: str) -> bytes | None:
    recipe = working_copy(folder)
    if name not in [one.name for one in recipe.references]:
        return None
    try:
        acquisition, _ = load_reference(recipe, folder, name)
    except KeyError:
        raise RecipeError(f"reference {name!r} has no frames under taught") from None
    return png(acquisition.first.image)
