"""Tags by the name of a step: there once it is in production, with its result, and with a quality that is true."""

import asyncio

from asyncua import ua

from protocols.opcua import Quality, Scale, ToolFound

from .test_opcua import Served, eventually, rows, served, value_of, with_status

__all__ = ["served"]
NEW_US = 1_700_000_000_000_000


async def there(client: object, node: str) -> ua.DataValue:
    async with asyncio.timeout(60):
        while (got := await value_of(client, node)).StatusCode.name == "BadNodeIdUnknown":  # type: ignore[arg-type]
            await asyncio.sleep(0.02)
    return got


async def test_a_name_has_its_tags_before_the_first_result_and_the_values_after_it(served: Served) -> None:
    client = await served.client()
    try:
        served.server.add_tools(["pin 1", "gap", "pin 1"])
        first = await there(client, "Tool.gap.Status")
        assert first.StatusCode.name == "UncertainInitialValue"
        assert (await value_of(client, "Tool.pin 1.Value")).StatusCode.name == "UncertainInitialValue"
        served.server.publish(rows(7), NEW_US, {"pin 1": ToolFound(1.5, True, 1), "unknown": ToolFound(1, True, 1)})
        last = await eventually(client, "Result.Seq", 7)
        for name, value in (("Value", 1.5), ("Pass", True), ("Status", 1)):
            found = await value_of(client, f"Tool.pin 1.{name}")
            assert (found.Value.Value, found.SourceTimestamp) == (value, last.SourceTimestamp)
        assert (await value_of(client, "Tool.gap.Value")).StatusCode.name == "BadConfigurationError"
        assert (await value_of(client, "Tool.unknown.Value")).StatusCode.name == "BadNodeIdUnknown"
    finally:
        await client.disconnect()


async def test_a_name_that_comes_while_it_runs_is_added_and_none_ever_goes(served: Served) -> None:
    client = await served.client()
    try:
        served.server.add_tools(["pin 1"])
        served.server.publish(rows(1), NEW_US, {"pin 1": ToolFound(1.5, True, 1)})
        await eventually(client, "Result.Seq", 1)
        served.server.add_tools(["code"])
        assert (await there(client, "Tool.code.Value")).StatusCode.name == "BadConfigurationError"
        served.server.publish(rows(2), NEW_US + 1, {"code": ToolFound(2.5, False, 2)})
        await eventually(client, "Result.Seq", 2)
        assert (await value_of(client, "Tool.code.Value")).Value.Value == 2.5
        assert (await value_of(client, "Tool.pin 1.Value")).StatusCode.name == "BadConfigurationError"
    finally:
        await client.disconnect()


async def test_an_old_value_loses_good_with_the_rest(served: Served) -> None:
    client = await served.client()
    try:
        served.server.add_tools(["pin 1", "gap"])
        served.server.publish(rows(1), NEW_US, {"pin 1": ToolFound(1.5, True, 1)})
        await eventually(client, "Result.Seq", 1)
        served.server.set_quality(Quality.NO_CAMERA)
        await with_status(client, "Tool.pin 1.Value", "BadNoCommunication")
        await with_status(client, "Tool.gap.Value", "BadNoCommunication")
        served.server.set_quality(Quality.LAST_USABLE)
        usable = await with_status(client, "Tool.pin 1.Value", "UncertainLastUsableValue")
        assert usable.Value.Value == 1.5
        await with_status(client, "Tool.gap.Value", "BadConfigurationError")
    finally:
        await client.disconnect()


async def test_unit_and_range_are_those_of_the_recipe(served: Served) -> None:
    client = await served.client()
    try:
        served.server.add_tools(["gap"])
        await there(client, "Tool.gap.Value")
        served.server.set_scales({0: Scale("mm", 2, 4)}, {"gap": Scale("mm", 2, 4)})
        node = client.get_node("ns=2;s=Tool.gap.Value.EURange")
        async with asyncio.timeout(60):
            while (await node.read_value()).High != 5.0:
                await asyncio.sleep(0.02)
        unit = await client.get_node("ns=2;s=Tool.gap.Value.EngineeringUnits").read_value()
        assert unit.DisplayName.Text == "mm"
    finally:
        await client.disconnect()
