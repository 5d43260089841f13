"""The vision asset of a whole station, as an OPC UA client finds it below Machines."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, Node, ua

from protocols import alarms
from protocols.opcua.machine_vision import Health, nodeset
from service import __version__
from service.health import condition, health_of
from service.identification import asset
from service.settings import Settings
from tests.service.in_process import InProcess, station_running

pytestmark = pytest.mark.interop  # seconds each

WHO = {"manufacturer": "Acme Vision", "model": "Inspector 3", "serial_number": "A-17", "location": "Hall 2"}
SYSTEM, CAMERA = "VisionAsset", "VisionAsset.ImageSensors.Camera"


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(
        tmp_path, monkeypatch, opcua=True, opcua_settings={"asset": True}, identification=WHO
    ) as running:
        yield running


@pytest.fixture
async def scada(running: InProcess) -> AsyncIterator[Client]:
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        yield client


async def machines(client: Client) -> Node:
    index = await client.get_namespace_index(nodeset.MACHINERY.uri)
    return await client.nodes.objects.get_child(f"{index}:Machines")


async def properties(node: Node) -> dict[str, Any]:
    found = await node.get_properties()
    return {(await one.read_browse_name()).Name: _plain(await one.read_value()) for one in found}


def _plain(value: Any) -> Any:
    return value.Text if isinstance(value, ua.LocalizedText) else value


async def becomes(client: Client, owner: str, health: Health) -> None:
    node = client.get_node(f"ns=2;s={owner}.Health.DeviceHealth")
    async with asyncio.timeout(60):
        while await node.read_value() != health:
            await asyncio.sleep(0.01)


async def test_the_namespaces_before_it_stand_where_they_stood(scada: Client) -> None:
    assert (await scada.get_namespace_array())[2:] == [
        "urn:vision-inspection:station",
        nodeset.MACHINE_VISION.uri,
        *(one.uri for one in nodeset.ASSET),
    ]


async def test_a_client_finds_who_made_the_system(scada: Client) -> None:
    (system,) = await (await machines(scada)).get_children()
    assert await system.read_type_definition() == ua.NodeId(1008, await scada.get_namespace_index(nodeset.AMCM.uri))
    index = await scada.get_namespace_index(nodeset.DI.uri)
    found = await properties(await system.get_child(f"{index}:Identification"))
    assert found == {
        "Manufacturer": "Acme Vision",
        "Model": "Inspector 3",
        "SerialNumber": "A-17",
        "Location": "Hall 2",
        "SoftwareRevision": __version__,
        "ProductInstanceUri": "urn:vision-inspection:A-17",
        "DeviceClass": "Vision system",
        "ComponentName": "Station 1",
    }


async def test_its_parts_are_the_real_ones(scada: Client) -> None:
    camera = await properties(scada.get_node(f"ns=2;s={CAMERA}.Identification"))
    assert (camera["Model"], camera["SerialNumber"]) == ("Simulated camera", "")
    parts = await scada.get_node("ns=2;s=VisionAsset.SoftwareComponents").get_children()
    own = await properties(scada.get_node("ns=2;s=VisionAsset.SoftwareComponents.VisionInspection.Identification"))
    assert len(parts) == 4
    assert own["SoftwareRevision"] == __version__


async def test_the_health_follows_the_camera(running: InProcess, scada: Client) -> None:
    await becomes(scada, SYSTEM, Health.NORMAL)
    await becomes(scada, CAMERA, Health.NORMAL)
    running.faults.unplugged = True
    await becomes(scada, SYSTEM, Health.FAILURE)
    await becomes(scada, CAMERA, Health.FAILURE)
    running.faults.unplugged = False
    await becomes(scada, SYSTEM, Health.NORMAL)
    await becomes(scada, CAMERA, Health.NORMAL)


async def test_it_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, opcua_settings={"asset": False}) as running,
        Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client,
    ):
        assert nodeset.MACHINERY.uri not in await client.get_namespace_array()
        assert await client.get_node("ns=2;s=VisionSystem").get_children()


@pytest.mark.parametrize(
    ("active", "system", "camera"),
    [
        ((), Health.NORMAL, Health.NORMAL),
        ((alarms.OPCUA_NOT_ENCRYPTED,), Health.NORMAL, Health.NORMAL),
        ((alarms.DISK_LOW,), Health.MAINTENANCE_REQUIRED, Health.NORMAL),
        ((alarms.DISK_LOW, alarms.IMAGE_QUALITY), Health.OFF_SPEC, Health.NORMAL),
        ((alarms.NO_RECIPE, alarms.IMAGE_QUALITY), Health.CHECK_FUNCTION, Health.NORMAL),
        ((alarms.CAMERA_LOST, alarms.NO_RECIPE), Health.FAILURE, Health.FAILURE),
    ],
)
def test_the_gravest_alarm_is_the_health(active: tuple[alarms.Alarm, ...], system: Health, camera: Health) -> None:
    found = condition(alarm.number for alarm in active)
    assert (found.system, found.cameras) == (system, camera)


def test_every_alarm_says_something_of_the_health() -> None:
    assert {health_of(alarm.number) for alarm in alarms.ALL} == set(Health)


def test_the_machine_says_which_one_it_is(tmp_path: Path) -> None:
    tree, usb = tmp_path / "proc/device-tree", tmp_path / "sys/devices/usb1"
    tree.mkdir(parents=True)
    (tree / "model").write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    (tree / "serial-number").write_bytes(b"100000001234abcd\0")
    (usb / "interface").mkdir(parents=True)
    (usb / "serial").write_text("C920-7\n")
    (usb / "manufacturer").write_text("Logitech\n")
    video = tmp_path / "sys/class/video4linux/video3"
    video.mkdir(parents=True)
    (video / "name").write_text("HD Pro Webcam C920\n")
    (video / "device").symlink_to(usb / "interface")
    camera = {"type": "opencv", "source": 3, "width": 1280, "height": 720}
    facts = asset(Settings.model_validate({"camera": camera}), tmp_path)
    assert facts.machine.serial_number == "100000001234abcd"
    assert facts.machine.product_instance_uri == "urn:vision-inspection:100000001234abcd"
    assert facts.computers[0].identification.model == "Raspberry Pi 5 Model B Rev 1.0"
    (seen,) = facts.cameras
    made = seen.identification
    assert (made.manufacturer, made.model, made.serial_number) == ("Logitech", "HD Pro Webcam C920", "C920-7")
    assert seen.sizes == {"Width": 1280, "Height": 720}


def test_a_machine_that_says_nothing_has_a_number_made_of_its_installation(tmp_path: Path) -> None:
    assert asset(Settings(), tmp_path).machine.serial_number == ""
    assert asset(Settings(), tmp_path).machine.product_instance_uri == "urn:vision-inspection:Station 1"
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    serial = asset(Settings(), tmp_path).machine.serial_number
    assert len(serial) == 16
    assert serial != "0123456789ABCDEF"
    assert asset(Settings(), tmp_path).computers == ()


async def test_the_flat_tags_are_met_before_the_models(scada: Client) -> None:
    names = [(await one.read_browse_name()).Name for one in await scada.nodes.objects.get_children()]
    assert names.index("Station") < names.index("Machines")
