"""The Machine Vision model as it is built: against the nodeset, before anybody connects."""

import asyncio
import gzip
from pathlib import Path

import pytest
from asyncua import Server, ua

from protocols.opcua.machine_vision import NodesetError, nodeset
from protocols.opcua.machine_vision.model import ROOT, Model
from protocols.opcua.machine_vision.states import NODES, TRANSITIONS, State, transition


@pytest.fixture(scope="module")
def model() -> Model:
    """Built once: the tests only look at it."""
    return asyncio.run(built())


async def built() -> Model:
    server = Server()
    await server.init()
    made = Model(server, await server.register_namespace("urn:test"))
    await made.build()
    return made


def name_of(model: Model, node: ua.NodeId) -> str:
    space = model.server.iserver.aspace
    return str(space[node].attributes[ua.AttributeIds.BrowseName].value.Value.Value.Name)


def targets(model: Model, node: ua.NodeId, kind: int) -> list[ua.NodeId]:
    references = model.server.iserver.aspace[node].references
    return [one.NodeId for one in references if one.IsForward and one.ReferenceTypeId == ua.NodeId(kind)]


@pytest.mark.parametrize("way", TRANSITIONS, ids=lambda way: way.name)
def test_a_transition_is_the_one_of_the_nodeset(model: Model, way: object) -> None:
    node = model.type(way.id)
    assert name_of(model, node) == way.name
    assert targets(model, node, ua.ObjectIds.FromState) == [model.type(NODES[way.before])]
    assert targets(model, node, ua.ObjectIds.ToState) == [model.type(NODES[way.after])]
    causes = [name_of(model, cause) for cause in targets(model, node, ua.ObjectIds.HasCause)]
    assert causes == ([way.cause] if way.cause else [])
    number = next(one for one in targets(model, node, ua.ObjectIds.HasProperty))
    value = model.server.iserver.aspace[number].attributes[ua.AttributeIds.Value].value.Value.Value
    assert value == way.number


@pytest.mark.parametrize("state", State)
def test_a_state_is_the_one_of_the_nodeset(model: Model, state: State) -> None:
    assert name_of(model, model.type(NODES[state])) == state.words


def test_what_no_method_caused_is_the_auto_twin() -> None:
    assert transition(State.READY, State.SINGLE_EXECUTION, "").number == 670
    assert transition(State.READY, State.SINGLE_EXECUTION, "StartSingleJob").number == 671
    assert transition(State.READY, State.SINGLE_EXECUTION, "Halt").number == 670
    assert transition(State.SINGLE_EXECUTION, State.HALTED, "Halt").number == 421
    with pytest.raises(KeyError):
        transition(State.HALTED, State.READY, "")


def test_no_reference_of_the_instance_leads_nowhere(model: Model) -> None:
    space = model.server.iserver.aspace
    for node in list(space.keys()):
        for one in space[node].references:
            assert one.NodeId in space or node.NamespaceIndex == 0, f"{node} refers to {one.NodeId}"


def test_the_sub_machine_belongs_to_operational(model: Model) -> None:
    operational = model.node(f"{ROOT}.VisionStateMachine.Operational")
    inner = model.node(f"{ROOT}.VisionStateMachine.AutomaticModeStateMachine")
    assert targets(model, operational, ua.ObjectIds.HasSubStateMachine) == [inner]
    assert model.node(ROOT) in targets(model, ua.NodeId(ua.ObjectIds.Server), ua.ObjectIds.HasNotifier)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("RecipeIdExternalDataType", 5002), ("RecipeIdInternalDataType", 5268), ("ConfigurationIdDataType", 5090)],
)
def test_structures_without_fields_of_their_own_have_their_own_encoding(model: Model, name: str, encoding: int) -> None:
    made = getattr(ua, name)()
    assert ua.extension_objects_by_typeid[model.type(encoding)] is type(made)
    assert [field for field in vars(type(made))["__annotations__"] if field != "Encoding"] == [
        "Id",
        "Version",
        "Hash",
        "HashAlgorithm",
        "Description",
    ]


def test_another_nodeset_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "machine_vision.xml.gz").write_bytes(gzip.compress(b"<UANodeSet/>"))
    monkeypatch.setattr(nodeset.resources, "files", lambda package: tmp_path)
    with pytest.raises(NodesetError, match=r"has the hash .*, not 3e67454155"):
        nodeset.read()
    (tmp_path / "bundle" / "machine_vision.xml.gz").unlink()
    with pytest.raises(NodesetError, match="cannot be read"):
        nodeset.read()
