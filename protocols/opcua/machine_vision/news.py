"""VisionInformation and VisionDiagnosticInfo events, and the level that the latter must reach."""

from asyncua import ua

from . import structures
from .events import Raised
from .model import ROOT, Model
from .occurrences import Kind, NewsFacts
from .station import VisionStation


class News:
    """DiagnosticLevel is the lowest severity of a diagnostic event that is raised; at 0 none is."""

    def __init__(self, model: Model, station: VisionStation) -> None:
        self._model, self._station = model, station

    def wanted(self, kind: Kind, severity: int) -> bool:
        level = self._station.diagnostic_level
        return kind is not Kind.DIAGNOSTIC or 0 < level <= severity

    def event(self, facts: NewsFacts) -> Raised:
        fields = structures.fields_of_context(facts.context)
        fields["CausePath"] = ua.Variant(facts.cause_path, ua.VariantType.String)
        return Raised(self._model.type(facts.kind), facts.text, fields, facts.severity, facts.at)

    async def show_level(self) -> None:
        """Write the variable as the station has it."""
        level = ua.Variant(self._station.diagnostic_level, ua.VariantType.UInt16)
        await self._model.show(f"{ROOT}.DiagnosticLevel", level)

    async def set_level(self, level: int) -> ua.StatusCode:
        """A client wrote the variable."""
        await self._station.set_diagnostic_level(level)
        return ua.StatusCode()
