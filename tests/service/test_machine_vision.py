"""The Machine Vision model of a whole station, seen by an OPC UA client that calls, browses and subscribes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.common.subscription import Subscription

from protocols import tags
from protocols.opcua.machine_vision import nodeset
from tests.patience import until
from tests.service.file_client import call, int32, own, raw, scada, uint32
from tests.service.in_process import InProcess, station_running

__all__ = ["scada"]  # a fixture
pytestmark = pytest.mark.interop  # seconds each
ROOT = "VisionSystem"
OUTER = f"{ROOT}.VisionStateMachine"
INNER = f"{OUTER}.AutomaticModeStateMachine"
RECIPES, RESULTS = f"{ROOT}.RecipeManagement", f"{ROOT}.ResultManagement"
CONFIGURATIONS = f"{ROOT}.ConfigurationManagement"
MV = 3
SIMULATED = 1 << 5  # in ResultFlags


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.ready()
        yield running


async def shows(client: Client, machine: str, state: str) -> None:
    """CurrentState comes to be `state`."""
    node = client.get_node(f"ns=2;s={machine}.CurrentState")
    async with asyncio.timeout(60):
        while True:
            value = await node.read_data_value(raise_on_bad_status=False)
            if value.Value and value.Value.Value and value.Value.Value.Text == state:
                return
            await asyncio.sleep(0.01)


async def raw_call(client: Client, path: str, *given: ua.Variant, owner: str = "") -> ua.CallMethodResult:
    return await raw(client, ua.NodeId(owner or path.rpartition(".")[0], 2), ua.NodeId(path, 2), *given)


def job_of(meas: str = "", part: str = "", recipe: str = "", product: str = "") -> list[Any]:
    return [
        own("MeasIdDataType", meas),
        own("PartIdDataType", part),
        own("RecipeIdExternalDataType", recipe),
        own("ProductIdDataType", product),
        ua.Variant([], ua.VariantType.Variant, is_array=True),
    ]


async def result_of(client: Client, number: str, wait_ms: int = 10_000) -> Any:
    found = await call(client, f"{RESULTS}.GetResultById", own("ResultIdDataType", number), int32(wait_ms))
    assert found[2] == 0, found
    return found[1]


class Heard:
    """The events that one object raised, with every field of their types."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)

    def names(self) -> list[str]:
        return [
            event.Transition.Text
            if event.EventType.Identifier in (1018, 1019, 1020)
            else NAMES[event.EventType.Identifier]
            for event in self.events
        ]

    def named(self, name: str) -> Any:
        return self.events[self.names().index(name)]


NAMES = {1013: "JobStarted", 1022: "RecipePrepared", 1023: "Ready", 1024: "ResultReady", 1025: "AcquisitionDone"}


async def listen(client: Client, node: str) -> tuple[Heard, Subscription]:
    heard = Heard()
    subscription = await client.create_subscription(100, heard)
    types = [client.get_node(f"ns={MV};i={number}") for number in (1018, 1019, 1020, *NAMES)]
    await subscription.subscribe_events(client.get_node(node), types, queuesize=100)
    return heard, subscription


# what stands there


async def test_the_type_and_every_mandatory_method_are_browsed(scada: Client) -> None:
    assert (await scada.get_namespace_array())[2:4] == [
        "urn:vision-inspection:station",
        "http://opcfoundation.org/UA/MachineVision",
    ]
    system = await scada.nodes.objects.get_child(f"2:{ROOT}")
    assert await system.read_type_definition() == ua.NodeId(1003, MV)
    for group, methods in {
        "VisionStateMachine": "Halt Reset SelectModeAutomatic ConfirmAll",
        "VisionStateMachine/AutomaticModeStateMachine": "StartSingleJob StartContinuous Stop Abort SimulationMode",
        "RecipeManagement": "GetRecipeListFiltered PrepareRecipe UnprepareRecipe AddRecipe ReleaseRecipeHandle"
        " RemoveRecipe PrepareProduct UnprepareProduct UnlinkProduct",
        "ResultManagement": "GetResultById GetResultComponentsById GetResultListFiltered ReleaseResultHandle",
        "ConfigurationManagement": "ActivateConfiguration GetConfigurationById GetConfigurationList",
    }.items():
        node = await system.get_child([f"{MV}:{name}" for name in group.split("/")])
        found = {(await method.read_browse_name()).Name for method in await node.get_methods()}
        assert found == set(methods.split()), group


async def test_nothing_is_offered_that_nothing_stands_behind(scada: Client) -> None:
    for path in (
        f"{ROOT}.SafetyStateManagement",
        f"{RECIPES}.Products.<Product>",
        f"{CONFIGURATIONS}.ConfigurationTransfer",
    ):
        with pytest.raises(ua.UaStatusCodeError):
            await scada.get_node(f"ns=2;s={path}").read_browse_name()


async def test_the_flat_tags_stay_where_they_were(running: InProcess, scada: Client) -> None:
    assert await scada.get_node("ns=2;s=Status.State").read_value() == 6


async def test_both_machines_show_the_state_with_the_node_of_its_type(scada: Client) -> None:
    await shows(scada, OUTER, "Operational")
    await shows(scada, INNER, "Ready")
    assert await scada.get_node(f"ns=2;s={OUTER}.CurrentState.Id").read_value() == ua.NodeId(5031, MV)
    assert await scada.get_node(f"ns=2;s={INNER}.CurrentState.Id").read_value() == ua.NodeId(5057, MV)


# jobs and their results


async def test_a_job_is_started_with_structures_and_its_result_fetched(running: InProcess, scada: Client) -> None:
    job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of("M-1", "A-17", "1"))
    assert error == 0
    result = await result_of(scada, job.Id)
    assert (result.ResultId.Id, result.JobId.Id) == (job.Id, job.Id)
    assert (result.MeasId.Id, result.PartId.Id) == ("M-1", "A-17")
    assert (result.ResultState, result.IsPartial, result.HasTransferableDataOnFile) == (1, False, True)
    assert result.InternalRecipeId.Id == result.ExternalRecipeId.Id == "1"
    recipe = running.station.jobs.recipe
    assert recipe is not None
    assert result.InternalRecipeId.Hash.hex() == recipe.recipe.sha256
    assert result.InternalConfigurationId.Id
    assert result.ProcessingTimes.EndTime >= result.ProcessingTimes.StartTime
    judgement, reject_class, reason, names, values, units, passed = [
        one.Value if isinstance(one, ua.Variant) else one for one in result.ResultContent
    ]
    assert (judgement, reject_class, reason) == ("PASS", 0, "")
    assert names == [step.name for step in recipe.recipe.steps]
    assert len(names) == len(values) == len(units) == len(passed)
    assert all(passed)


async def test_the_components_of_a_result_are_the_result(scada: Client) -> None:
    job, _ = await call(scada, f"{INNER}.StartSingleJob", *job_of("M-2", "B-1"))
    whole = await result_of(scada, job.Id)
    found = await call(scada, f"{RESULTS}.GetResultComponentsById", own("ResultIdDataType", job.Id), int32(1000))
    assert len(found) == 17
    on_file, _handle, partial, _simulated, state, meas, part, external, internal, *_ = found
    assert (on_file, partial, state, meas.Id, part.Id) == (True, False, 1, "M-2", "B-1")
    assert (external, internal) == (whole.ExternalRecipeId, whole.InternalRecipeId)
    assert found[12].Id == job.Id
    assert found[13] == whole.CreationTime
    assert found[16] == 0


@pytest.mark.parametrize("number", ["", "0", "999999", "no number", "-1", "٣"])
async def test_a_result_that_is_not_there_is_an_error_with_state_undefined(scada: Client, number: str) -> None:
    for method, state in (("GetResultById", 1), ("GetResultComponentsById", 4)):
        found = await call(scada, f"{RESULTS}.{method}", own("ResultIdDataType", number), int32(0))
        assert found[-1] == -30
        assert (found[state].ResultState if method == "GetResultById" else found[state]) == 0


async def test_results_are_listed_newest_first_by_what_they_are_asked_for(scada: Client) -> None:
    jobs = []
    for meas, part in (("M-1", "A"), ("M-2", "B"), ("M-1", "B")):
        job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of(meas, part))
        assert error == 0
        await result_of(scada, job.Id)
        await shows(scada, INNER, "Ready")
        jobs.append(job.Id)

    async def ids(most: int = 0, start: int = 0, state: int = 0, **of: str) -> tuple[list[str], bool]:
        complete, count, _, results, error = await call(
            scada,
            f"{RESULTS}.GetResultListFiltered",
            int32(state),
            own("MeasIdDataType", of.get("meas", "")),
            own("PartIdDataType", of.get("part", "")),
            own("RecipeIdExternalDataType", of.get("recipe", "")),
            own("RecipeIdInternalDataType"),
            own("ConfigurationIdDataType", of.get("configuration", "")),
            own("ConfigurationIdDataType"),
            own("ProductIdDataType", of.get("product", "")),
            own("JobIdDataType", of.get("job", "")),
            uint32(most),
            uint32(start),
            int32(0),
        )
        assert error == 0
        assert count == len(results)
        return [one.ResultId.Id for one in results], complete

    newest = jobs[::-1]
    assert await ids() == (newest, True)
    assert await ids(most=2) == (newest[:2], False)
    assert await ids(most=2, start=2) == (newest[2:], True)
    assert await ids(part="B") == (newest[:2], True)
    assert await ids(meas="M-1") == ([newest[0], newest[2]], True)
    assert await ids(meas="M-1", part="B") == (newest[:1], True)
    assert await ids(job=jobs[1]) == ([jobs[1]], True)
    assert await ids(state=1) == (newest, True)
    for nothing in ({"recipe": "77"}, {"product": "x"}, {"configuration": "x"}, {"job": "x"}, {"meas": "M-3"}):
        assert await ids(**nothing) == ([], True)
    assert await ids(state=3) == ([], True)


async def test_a_continuous_job_goes_on_until_it_is_stopped(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    job, error = await call(scada, f"{INNER}.StartContinuous", *job_of(part="C"))
    assert error == 0
    await shows(scada, INNER, "ContinuousExecution")
    await until(lambda: heard.names().count("ResultReady") >= 3)
    assert heard.events[0].Transition.Text == "ReadyToContinuousExecution"
    assert await call(scada, f"{INNER}.Stop", int32(1), "enough") == 0
    await shows(scada, INNER, "Ready")
    await until(lambda: "ContinuousExecutionToReadyStop" in heard.names())
    started = [event.JobId.Id for event in heard.events if event.EventType.Identifier == 1013]
    await until(lambda: heard.names().count("ResultReady") == len(started))
    assert started[0] == job.Id
    await subscription.delete()


@pytest.mark.parametrize(("cause", "judgement"), [(0, "FAIL"), (1, "PASS"), (2, "FAIL"), (3, "ERROR")])
async def test_simulated_results_say_so_and_are_not_counted(
    running: InProcess, scada: Client, cause: int, judgement: str
) -> None:
    assert await call(scada, f"{INNER}.SimulationMode", True, int32(cause), "gate test") == 0
    assert running.alarms[-1] == 704
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    for _ in range(2):
        await shows(scada, INNER, "Ready")
        job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of())
        assert error == 0
        simulated = await result_of(scada, job.Id)
        assert (simulated.IsSimulated, simulated.ResultContent[0].Value) == (True, judgement)
    await until(lambda: heard.names().count("ResultReady") >= 2)
    assert heard.named("ResultReady").IsSimulated is True
    assert running.read(tags.INSPECTION_COUNT) == 0
    await running.enable()
    assert (await running.part()).judgement == judgement
    assert (await running.plc.read(102, 1))[0] & SIMULATED, "the PLC's ResultFlags say so, too"
    await running.plc.write(0, [0])
    assert await call(scada, f"{INNER}.SimulationMode", False, int32(0), "") == 0
    assert 704 not in running.alarms
    await shows(scada, INNER, "Ready")
    job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of())
    assert error == 0
    real = await result_of(scada, job.Id)
    assert (real.IsSimulated, real.ResultContent[0].Value) == (False, "PASS")
    await subscription.delete()


async def test_a_simulation_that_there_is_not_is_refused(running: InProcess, scada: Client) -> None:
    simulate = f"{INNER}.SimulationMode"
    result = await raw_call(scada, simulate, ua.Variant(True), int32(4), ua.Variant(""))
    assert [one.name for one in result.InputArgumentResults] == ["Good", "BadOutOfRange", "Good"]
    assert await call(scada, f"{OUTER}.Halt", int32(0), "") == 0
    await shows(scada, OUTER, "Halted")
    refused = await raw_call(scada, simulate, ua.Variant(True), int32(1), ua.Variant(""))
    assert refused.StatusCode.name == "BadInvalidState"
    assert 704 not in running.alarms


async def test_a_restart_ends_a_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        running.station.simulate(1, "gate test", "anna")
        assert 704 in running.alarms
    async with station_running(tmp_path, monkeypatch) as running:
        assert 704 not in running.alarms
        await running.enable()
        assert (await running.part()).judgement == "PASS"
        assert not (await running.plc.read(102, 1))[0] & SIMULATED


# events and transitions


async def test_a_part_triggered_over_modbus_moves_by_the_auto_twins(running: InProcess, scada: Client) -> None:
    await running.enable()
    at_system, one = await listen(scada, f"ns=2;s={ROOT}")
    at_server, other = await listen(scada, "i=2253")
    await running.part()
    expected = [
        "ReadyToSingleExecutionAuto",
        "JobStarted",
        "AcquisitionDone",
        "SingleExecutionToReadyAuto",
        "Ready",
        "ResultReady",
    ]
    await until(lambda: len(at_system.events) >= 6 and len(at_server.events) >= 6)
    assert sorted(at_system.names()) == sorted(expected)
    assert at_system.names()[:3] == expected[:3]
    assert [e.EventId for e in at_system.events] == [e.EventId for e in at_server.events], "one event, seen twice"
    moved = at_system.events[0]
    assert getattr(moved, "Transition/Id") == ua.NodeId(5065, MV)
    assert (moved.FromState.Text, getattr(moved, "FromState/Id")) == ("Ready", ua.NodeId(5057, MV))
    assert (moved.ToState.Text, getattr(moved, "ToState/Id")) == ("SingleExecution", ua.NodeId(5058, MV))
    assert (moved.SourceNode, moved.SourceName) == (ua.NodeId(ROOT, 2), ROOT)
    await one.delete()
    await other.delete()


async def test_a_result_is_announced_with_every_field(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    job, _ = await call(scada, f"{INNER}.StartSingleJob", *job_of("M-9", "P-9"))
    await until(lambda: "ResultReady" in heard.names() and "Ready" in heard.names())
    assert heard.names()[0] == "ReadyToSingleExecution", "caused by the method"
    assert "SingleExecutionToReadyAuto" in heard.names()
    event, result = heard.named("ResultReady"), await result_of(scada, job.Id)
    fields = (
        "ResultId MeasId PartId ExternalRecipeId InternalRecipeId ProductId ExternalConfigurationId"
        " InternalConfigurationId JobId ProcessingTimes IsPartial IsSimulated ResultState CreationTime"
    )
    for field in fields.split():
        assert getattr(event, field) is not None, field
        assert getattr(event, field) == getattr(result, field), field
    assert event.ResultContent[0].Value == "PASS"
    for name in ("JobStarted", "AcquisitionDone", "Ready"):
        assert heard.named(name).JobId.Id == job.Id, name
    for field in ("EventId", "Time", "ReceiveTime", "LocalTime", "Message", "Severity"):
        assert getattr(event, field) is not None, field
    await subscription.delete()


async def test_a_lost_camera_is_an_error_and_its_return_resolves_it(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    running.camera.unplug()
    await shows(scada, OUTER, "Error")
    inner = scada.get_node(f"ns=2;s={INNER}.CurrentState")
    stands = await inner.read_data_value(raise_on_bad_status=False)
    assert stands.StatusCode.name == "BadStateNotActive"
    await until(lambda: len(heard.events) >= 2)
    assert [(e.EventType.Identifier, e.Transition.Text) for e in heard.events] == [
        (1019, "OperationalToErrorAuto"),
        (1018, "OperationalToErrorAuto"),
    ]
    running.camera.plug()
    await shows(scada, INNER, "Ready")
    await until(lambda: len(heard.events) >= 5)
    assert [(e.EventType.Identifier, e.Transition.Text) for e in heard.events[2:5]] == [
        (1020, "ErrorToOperationalAuto"),
        (1018, "ErrorToOperationalAuto"),
        (1018, "InitializedToReadyAuto"),
    ]
    await subscription.delete()


async def test_halted_means_halted_until_reset(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    assert await call(scada, f"{OUTER}.Halt", int32(4), "door open") == 0
    await shows(scada, OUTER, "Halted")
    assert running.read(tags.ONLINE) is False
    refused = await raw_call(
        scada,
        f"{INNER}.StartSingleJob",
        *map(ua.Variant, job_of()[:4]),
        ua.Variant([], ua.VariantType.Variant, is_array=True),
    )
    assert refused.StatusCode.name == "BadInvalidState"
    assert (await raw_call(scada, f"{OUTER}.Halt", int32(4), ua.Variant("again"))).StatusCode.name == "BadInvalidState"
    assert await call(scada, f"{OUTER}.Reset", int32(0), "") == 0
    await shows(scada, INNER, "Ready")
    await until(lambda: len(heard.events) >= 4)
    assert heard.names() == [
        "OperationalToHalted",
        "HaltedToPreoperational",
        "PreoperationalToInitializedAuto",
        "InitializedToReadyAuto",
    ]
    events = await running.store.events()
    assert any(
        event.text == "halted, cause 4: door open" and event.who == "OPC UA station 127.0.0.1" for event in events
    )
    await subscription.delete()


async def test_the_automatic_mode_takes_an_offline_station_online(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    await running.station.set_online(False, "the engineer")
    await shows(scada, OUTER, "Preoperational")
    assert await call(scada, f"{OUTER}.SelectModeAutomatic") == 0
    await shows(scada, INNER, "Ready")
    await until(lambda: len(heard.events) >= 3)
    assert heard.names()[:2] == ["OperationalToPreoperationalAuto", "PreoperationalToInitialized"]
    assert (await raw_call(scada, f"{OUTER}.SelectModeAutomatic")).StatusCode.name == "BadInvalidState"
    await subscription.delete()


# recipes and configuration


async def test_a_recipe_is_taken_away_and_prepared_again(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    ids = own("RecipeIdExternalDataType", "1"), own("RecipeIdInternalDataType")
    internal, error = await call(scada, f"{RECIPES}.UnprepareRecipe", *ids)
    assert (internal.Id, error) == ("1", 0)
    await shows(scada, INNER, "Initialized")
    assert running.read(tags.CURRENT_JOB) == 0
    assert (await call(scada, f"{RECIPES}.UnprepareRecipe", *ids))[1] == -21
    internal, completed, error = await call(scada, f"{RECIPES}.PrepareRecipe", *ids)
    assert (internal.Id, completed, error) == ("1", True, 0)
    await shows(scada, INNER, "Ready")
    await until(lambda: len(heard.events) >= 3)
    assert sorted(heard.names()) == ["InitializedToReadyRecipe", "ReadyToInitializedRecipe", "RecipePrepared"]
    prepared = heard.named("RecipePrepared")
    assert (prepared.InternalId, prepared.ExternalId.Id, prepared.ProductId.Id) == (internal, "1", "")
    await subscription.delete()


async def test_recipes_are_listed_with_what_they_judge_by(running: InProcess, scada: Client) -> None:
    async def listed(external: str = "", prepared: int = 2, product: str = "", most: int = 0, start: int = 0) -> Any:
        return await call(
            scada,
            f"{RECIPES}.GetRecipeListFiltered",
            own("RecipeIdExternalDataType", external),
            own("ProductIdDataType", product),
            int32(prepared),
            uint32(most),
            uint32(start),
            int32(0),
        )

    jobs = [str(job) for job in running.read(tags.JOB_NUMBERS)]
    complete, count, _, recipes, error = await listed()
    assert ([one.Id for one in recipes], count, complete, error) == (jobs, len(jobs), True, 0)
    assert len(recipes[0].Hash) == 32
    assert recipes[0].HashAlgorithm == "SHA256"
    assert [one.Id for one in (await listed(prepared=1))[3]] == [str(running.read(tags.CURRENT_JOB))]
    assert (await listed(product="x"))[3] == (await listed(external="77"))[3] == []
    assert (await listed(start=len(jobs)))[:2] == [True, 0]


async def test_an_unknown_recipe_or_product_is_an_error_of_ours(scada: Client) -> None:
    ids = own("RecipeIdExternalDataType", "77"), own("RecipeIdInternalDataType")
    assert (await call(scada, f"{RECIPES}.PrepareRecipe", *ids))[1:] == [False, -20]
    assert (await call(scada, f"{INNER}.StartSingleJob", *job_of(recipe="77")))[1] == -20
    assert (await call(scada, f"{INNER}.StartSingleJob", *job_of(product="x")))[1] == -22


async def test_a_plc_that_has_the_line_is_why_a_job_is_refused(running: InProcess, scada: Client) -> None:
    await running.enable()
    job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of())
    assert (job.Id, error) == ("", -3)


async def test_the_settings_are_the_one_configuration(scada: Client) -> None:
    active = await scada.get_node(f"ns=2;s={CONFIGURATIONS}.ActiveConfiguration").read_value()
    complete, count, _, listed, error = await call(
        scada, f"{CONFIGURATIONS}.GetConfigurationList", uint32(0), uint32(0), int32(0)
    )
    assert (listed, count, complete, error) == ([active], 1, True, 0)
    own_id = active.InternalId
    assert (await call(scada, f"{CONFIGURATIONS}.GetConfigurationById", own_id, int32(0)))[1:] == [active, 0]
    assert await call(scada, f"{CONFIGURATIONS}.ActivateConfiguration", own_id) == 0
    other = own("ConfigurationIdDataType", "x")
    assert await call(scada, f"{CONFIGURATIONS}.ActivateConfiguration", other) == -40
    assert (await call(scada, f"{CONFIGURATIONS}.GetConfigurationById", other, int32(0)))[2] == -40


# wrong calls


@pytest.mark.parametrize(
    ("given", "status", "arguments"),
    [
        pytest.param([], "BadArgumentsMissing", [], id="none"),
        pytest.param([int32(1)], "BadArgumentsMissing", [], id="too few"),
        pytest.param([int32(1), ua.Variant("x"), int32(1)], "BadTooManyArguments", [], id="too many"),
        pytest.param(
            [ua.Variant("1"), ua.Variant("x")],
            "BadInvalidArgument",
            ["BadTypeMismatch", "Good"],
            id="text for a number",
        ),
        pytest.param([uint32(1), ua.Variant("x")], "BadInvalidArgument", ["BadTypeMismatch", "Good"], id="unsigned"),
        pytest.param(
            [int32(1), ua.Variant(["x"])], "BadInvalidArgument", ["Good", "BadTypeMismatch"], id="an array for a text"
        ),
    ],
)
async def test_wrong_arguments_are_told_by_their_place(
    running: InProcess, scada: Client, given: list[ua.Variant], status: str, arguments: list[str]
) -> None:
    result = await raw_call(scada, f"{OUTER}.Halt", *given)
    assert result.StatusCode.name == status
    assert [one.name for one in result.InputArgumentResults or []] == arguments
    assert running.read(tags.STATE) == 6


async def test_structures_are_held_to_their_type_and_ids_to_their_length(scada: Client) -> None:
    none = ua.Variant([], ua.VariantType.Variant, is_array=True)
    start = f"{INNER}.StartSingleJob"
    swapped = [ua.Variant(one) for one in job_of()[:4]]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    result = await raw_call(scada, start, *swapped, none)
    assert result.StatusCode.name == "BadInvalidArgument"
    assert [one.name for one in result.InputArgumentResults] == ["BadTypeMismatch"] * 2 + ["Good"] * 3
    long = [ua.Variant(one) for one in job_of(part="x" * 65)[:4]]
    result = await raw_call(scada, start, *long, none)
    assert [one.name for one in result.InputArgumentResults] == ["Good", "BadOutOfRange", "Good", "Good", "Good"]
    more = ua.Variant([ua.Variant(1)], ua.VariantType.Variant, is_array=True)
    result = await raw_call(scada, start, *(ua.Variant(one) for one in job_of()[:4]), more)
    assert result.InputArgumentResults[4].name == "BadOutOfRange"


async def test_a_method_belongs_to_its_object(scada: Client) -> None:
    result = await raw_call(scada, f"{OUTER}.Halt", int32(1), ua.Variant(""), owner=RECIPES)
    assert result.StatusCode.name == "BadMethodInvalid"


async def test_who_may_only_read_calls_nothing(running: InProcess) -> None:
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader:
        result = await raw_call(reader, f"{OUTER}.Halt", int32(1), ua.Variant(""))
        assert result.StatusCode.name == "BadUserAccessDenied"
        assert await reader.get_node(f"ns=2;s={OUTER}.CurrentState").read_value()
    assert running.read(tags.STATE) == 6


async def test_stop_and_abort_need_something_to_end(scada: Client) -> None:
    for method in ("Stop", "Abort"):
        assert (
            await raw_call(scada, f"{INNER}.{method}", int32(1), ua.Variant(""))
        ).StatusCode.name == "BadInvalidState"


async def test_a_stopped_part_ends_with_its_result(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    running.faults.stalled = True
    job, error = await call(scada, f"{INNER}.StartSingleJob", *job_of())
    assert error == 0
    found = await call(scada, f"{RESULTS}.GetResultById", own("ResultIdDataType", job.Id), int32(0))
    assert (found[1].ResultState, found[2]) == (2, 0), "processing"
    assert await call(scada, f"{INNER}.Abort", int32(1), "") == 0
    running.faults.stalled = False
    assert (await result_of(scada, job.Id)).ResultState == 1
    await until(lambda: "SingleExecutionToReadyAbort" in heard.names())
    await subscription.delete()


async def test_without_the_right_nodeset_the_flat_tags_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(nodeset.MACHINE_VISION, sha256="0" * 64)
    for place in ("nodeset", "model"):
        monkeypatch.setattr(f"protocols.opcua.machine_vision.{place}.MACHINE_VISION", other)
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.ready()
        async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader:
            assert await reader.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101
            with pytest.raises(ua.UaStatusCodeError):
                await reader.get_node(f"ns=2;s={ROOT}").read_browse_name()
            assert "http://opcfoundation.org/UA/MachineVision" not in await reader.get_namespace_array()


STRANGER = """
import asyncio, sys
from asyncua import Client

async def main():
    async with Client(sys.argv[1], timeout=60, watchdog_intervall=60) as client:
        await client.load_data_type_definitions()
        node = client.get_node("ns=2;s=VisionSystem.ConfigurationManagement.ActiveConfiguration")
        found = await node.read_value()
        print(type(found).__name__, type(found.InternalId).__name__, len(found.InternalId.Hash))

asyncio.run(main())
"""


async def test_a_client_that_knows_no_nodeset_learns_the_structures_from_the_server(running: InProcess) -> None:
    """In a process of its own: asyncua's client in this one shares the server's classes."""
    stranger = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STRANGER, f"opc.tcp://127.0.0.1:{running.opcua_port}/", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await stranger.communicate()
    assert said.decode().split() == ["ConfigurationDataType", "ConfigurationIdDataType", "32"]
