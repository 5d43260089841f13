"""What the values of the tool slots mean with the active recipe: EngineeringUnits and EURange of ``Slot.NN.Value``."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asyncua import ua

from protocols import tags

from .meanings import unit_of
from .nodes import INDEX
from .tools import GROUP

WHOLE = {"%": (0.0, 100.0), "grey": (0.0, 255.0), "deg": (-180.0, 180.0)}  # of what has no limits


@dataclass(frozen=True, slots=True)
class Scale:
    """Unit and limits of a slot's value; infinite = no limit on this side."""

    unit: str
    low: float = -math.inf
    high: float = math.inf

    @property
    def range(self) -> tuple[float, float]:
        """What a chart should show: the limits in its middle half. (0, 0) = not known."""
        low, high = self.low, self.high
        if math.isinf(low) and math.isinf(high):
            return WHOLE.get(self.unit, (0.0, 0.0))
        if math.isinf(high):
            return self._from_zero(low - _margin(low, low), low + 3 * _margin(low, low))
        if math.isinf(low):
            return self._from_zero(high - 3 * _margin(high, high), high + _margin(high, high))
        return self._from_zero(low - _margin(low, high), high + _margin(low, high))

    def _from_zero(self, bottom: float, top: float) -> tuple[float, float]:
        """Nothing but an angle goes below zero, unless its limits do."""
        limits = [limit for limit in (self.low, self.high) if math.isfinite(limit)]
        return (max(bottom, 0.0) if min(limits) >= 0 and self.unit != "deg" else bottom), top


UNUSED = Scale("")


def scale_values(
    scales: Mapping[int, Scale], tools: Mapping[str, Scale] | None = None
) -> Iterator[tuple[ua.NodeId, ua.Variant]]:
    """The properties of all slots, and of these tools; slots that `scales` lacks have no unit and no range."""
    slots = [(tag.node, scales.get(slot, UNUSED)) for slot, tag in enumerate(tags.SLOT_VALUE)]
    for node, scale in [*slots, *((f"{GROUP}.{name}.Value", scale) for name, scale in (tools or {}).items())]:
        yield property_id(node, "EngineeringUnits"), unit_of(scale.unit)
        yield property_id(node, "EURange"), ua.Variant(ua.Range(*scale.range), ua.VariantType.ExtensionObject)


def property_id(node: str | None, name: str) -> ua.NodeId:
    return ua.NodeId(f"{node}.{name}", INDEX)


def _margin(low: float, high: float) -> float:
    """Half the band, or half the only limit; where that is nothing, 1."""
    return ((high - low) or abs(low)) / 2 or 1.0
