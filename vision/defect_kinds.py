"""Kinds of defects, learned from a few differences that somebody named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .errors import TeachError, ToolError
from .imaging.defect_form import LENGTH
from .imaging.kinds import Kinds, TooFew, learn
from .tool import Taught

MOST_SAMPLES = 1000
FORMS, NAMES = "kind_forms", "kind_names"


@dataclass(frozen=True, slots=True)
class DefectKinds:
    """By their form: contrast, size, shape, and what they do to what is there."""

    kinds: Kinds
    names: tuple[str, ...]  # of each sample

    @classmethod
    def learned(cls, samples: Sequence[tuple[str, NDArray[np.float64]]], before: "DefectKinds | None" = None) -> Self:
        """From the name and the form of each, on top of what was learned `before`.

        Raises:
            TeachError: Less than two kinds, less than two samples of one, or too many.
        """
        names, forms = [name for name, _ in samples], [one for _, one in samples]
        if before is not None:
            names, forms = [*before.names, *names], [*before.kinds.samples, *forms]
        if len(names) > MOST_SAMPLES:
            raise TeachError(f"{len(names)} named defects are more than {MOST_SAMPLES}: teach them anew from fewer")
        try:
            return cls(learn(np.stack(forms), names), tuple(names))
        except TooFew as exc:
            raise TeachError(f"of defects {exc}") from exc

    @classmethod
    def of(cls, taught: Taught) -> "DefectKinds | None":
        """As `arrays` gave them; None: no kinds were taught.

        Raises:
            ToolError: They do not fit.
        """
        if FORMS not in taught.arrays:
            return None
        forms, names = taught.array(FORMS), taught.array(NAMES)
        if forms.shape != (*names.shape, LENGTH) or names.dtype.kind != "U" or not np.isfinite(forms).all():
            raise ToolError(f"taught data does not fit: {forms.shape} forms, {names.shape} names; teach this step")
        known = tuple(str(name) for name in names.tolist())
        try:
            return cls(learn(forms, known), known)
        except TooFew as exc:
            raise ToolError(f"taught data does not fit: of defects {exc}") from exc

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """To be kept."""
        return {FORMS: np.asarray(self.kinds.samples), NAMES: np.array(self.names)}

    def kind_of(self, form: NDArray[np.float64], most: float) -> str:
        """Its kind's name; empty where it is none, or farther from all samples of it than `most`."""
        values = self.kinds.values(form[None])[0]
        best = int(values.argmax())
        away = float(self.kinds.distances(form[None], np.array([best]))[0])
        return self.kinds.names[best] if values[best] > 0 and away <= most else ""
