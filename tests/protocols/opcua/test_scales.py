"""Units and ranges of the slots' values follow the recipe."""

import asyncio
import math

import pytest
from asyncua import Client, ua

from protocols.opcua import Scale

from .test_opcua import Served, served

__all__ = ["served"]
INF = math.inf
NO_UNIT = -1


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        pytest.param(Scale("mm", 0.4, 0.6), (0.3, 0.7), id="a band fills the middle half"),
        pytest.param(Scale("px", -2, 2), (-4, 4), id="below zero where the limits are"),
        pytest.param(Scale("deg", 0, 10), (-5, 15), id="angles are turned both ways"),
        pytest.param(Scale("", 4, 4), (2, 6), id="an exact count"),
        pytest.param(Scale("", 0, 0), (0, 1), id="none at all"),
        pytest.param(Scale("mm", 0.4), (0.2, 1.0), id="only a lower limit"),
        pytest.param(Scale("px", -INF, 8), (0, 12), id="only an upper limit"),
        pytest.param(Scale("%"), (0, 100), id="a share without limits"),
        pytest.param(Scale("mm"), (0, 0), id="not known"),
    ],
)
def test_the_range_shows_the_limits_and_what_is_beside_them(scale: Scale, expected: tuple[float, float]) -> None:
    assert scale.range == pytest.approx(expected)


async def scale_of(client: Client, slot: int) -> tuple[int, str, tuple[float, float]]:
    """unitId, its name and the range."""
    unit: ua.EUInformation = await client.get_node(f"ns=2;s=Slot.{slot:02}.Value.EngineeringUnits").read_value()
    band: ua.Range = await client.get_node(f"ns=2;s=Slot.{slot:02}.Value.EURange").read_value()
    return unit.UnitId, unit.DisplayName.Text, (band.Low, band.High)


async def test_a_client_reads_them_from_the_value_and_sees_the_next_recipes(served: Served) -> None:
    client = await served.client()
    try:
        value = client.get_node("ns=2;s=Slot.00.Value")
        assert await value.read_type_definition() == ua.NodeId(ua.ObjectIds.AnalogUnitRangeType)
        assert {(await one.read_browse_name()).Name for one in await value.get_properties()} == {
            "EngineeringUnits",
            "EURange",
        }
        assert await scale_of(client, 0) == (NO_UNIT, "", (0.0, 0.0))
        served.server.set_scales({0: Scale("mm", 2, 4), 3: Scale("grey")})
        async with asyncio.timeout(60):
            while (found := await scale_of(client, 0))[0] == NO_UNIT:
                await asyncio.sleep(0.02)
        assert found == (5066068, "mm", (1.0, 5.0))
        assert await scale_of(client, 3) == (NO_UNIT, "grey", (0.0, 255.0))
        served.server.set_scales({1: Scale("px", 0, 2)})
        async with asyncio.timeout(60):
            while (await scale_of(client, 0))[0] != NO_UNIT:
                await asyncio.sleep(0.02)
        assert await scale_of(client, 1) == (int.from_bytes(b"E37", "big"), "px", (0.0, 3.0))
    finally:
        await client.disconnect()
