"""The Compose file and the Kubernetes manifests: as their linters want them, and as the station is."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import Settings
from tests.conftest import ROOT, free_port
from tests.deploy.container_image import DOCKERFILE, Image
from tests.patience import PATIENCE_S

CONTAINER, KUBERNETES = ROOT / "deploy/container", ROOT / "deploy/kubernetes"
COMPOSE = yaml.safe_load((CONTAINER / "compose.yaml").read_text())
KUSTOMIZATION = yaml.safe_load((ROOT / "deploy/kustomization.yaml").read_text())
MANIFESTS = sorted(KUBERNETES.glob("*.yaml"))
OBJECTS: list[dict[str, Any]] = [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text())]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
IMAGE = f"vision-inspection:{VERSION}"


def of_kind(kind: str, name: str = "") -> list[dict[str, Any]]:
    return [
        each
        for each in OBJECTS
        if each["kind"] == kind and each["metadata"]["name"] == (name or each["metadata"]["name"])
    ]


def found(node: Any, key: str) -> Iterator[Any]:
    """Every value of this key, however deep."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from found(each, key)


def program(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def test_a_station_is_one_replica_and_nothing_makes_it_more() -> None:
    (station,) = of_kind("StatefulSet", "station")
    assert station["spec"]["replicas"] == 1
    assert of_kind("HorizontalPodAutoscaler") == []
    assert not any("deploy" in service or "scale" in service for service in COMPOSE["services"].values())


def test_a_station_that_is_not_ready_can_be_asked_why() -> None:
    (station,) = of_kind("StatefulSet", "station")
    assert {probe["path"] for probe in found(station, "httpGet")} == {"/healthz"}
    services = [each["spec"] for each in of_kind("Service") if each["metadata"]["name"].startswith("station")]
    assert [each["publishNotReadyAddresses"] for each in services] == [True, True]


def test_both_serve_the_ports_and_volumes_of_the_image() -> None:
    image, (station,) = Image(), of_kind("StatefulSet", "station")
    (container,) = station["spec"]["template"]["spec"]["containers"]
    assert [str(port["containerPort"]) for port in container["ports"]] == image.last("EXPOSE").split()
    service = COMPOSE["services"]["station"]
    assert [port.split(":")[1] for port in service["ports"]] == image.last("EXPOSE").split()
    data, memory = image.variables["VISION_STATION__DATA_FOLDER"], image.variables["RUNTIME_DIRECTORY"]
    assert {data, memory} <= {mount["mountPath"] for mount in container["volumeMounts"]}
    assert service["volumes"] == [f"station:{data}"]
    assert any(each.startswith(f"{memory}:uid={image.user}") for each in service["tmpfs"])
    assert station["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == image.user
    images = set(found(OBJECTS, "image"))
    engines = {each["image"] for name, each in COMPOSE["services"].items() if name != "station"}
    assert images == engines | {IMAGE}, "the same versions of the engines, and this one of the station"


def test_nothing_runs_as_root_or_writes_where_it_need_not() -> None:
    for each in of_kind("StatefulSet"):
        pod = each["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"], each["metadata"]["name"]
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"], container["name"]
            assert not context["allowPrivilegeEscalation"]
            assert context["capabilities"] == {"drop": ["ALL"]}
    assert COMPOSE["services"]["station"]["cap_drop"] == ["ALL"]
    assert COMPOSE["services"]["station"]["read_only"]


def test_the_settings_in_both_hold() -> None:
    (written,) = of_kind("ConfigMap", "station")
    settings = Settings.model_validate(tomllib.loads(written["data"]["station.toml"]))
    assert settings.station.durability == "power"
    assert "station" in settings.http.allowed_hosts, "as Prometheus calls it"
    variables = COMPOSE["services"]["station"]["environment"]
    assert variables["VISION_STATION__DURABILITY"] == "power"
    assert '"station"' in variables["VISION_HTTP__ALLOWED_HOSTS"]


def test_files_secrets_and_maps_that_are_named_are_there() -> None:
    binds = [each.split(":")[0] for each in found(COMPOSE["services"], "volumes") for each in each if each[0] == "."]
    files = [KUSTOMIZATION["resources"], *(each["files"] for each in KUSTOMIZATION["configMapGenerator"])]
    missing = [name for name in binds if not (CONTAINER / name).exists()]
    assert missing + [name for names in files for name in names if not (ROOT / "deploy" / name).exists()] == []
    assert {ROOT / "deploy" / name for name in KUSTOMIZATION["resources"]} == set(MANIFESTS)
    made = {each["name"] for each in KUSTOMIZATION["configMapGenerator"]}
    made |= {each["metadata"]["name"] for each in of_kind("ConfigMap")}
    assert {each["name"] for each in found(OBJECTS, "configMap")} == made
    used = {name for service in COMPOSE["services"].values() for name in service.get("secrets", ())}
    items = {item["key"] for secret in found(OBJECTS, "secret") for item in secret["items"]}
    assert used == items == set(COMPOSE["secrets"])
    manual = (ROOT / "docs/containers.md").read_text()
    assert [name for name in used if name not in manual] == []


@pytest.mark.interop
def test_the_compose_file_is_one_by_its_specification() -> None:
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", CONTAINER / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.interop
def test_the_manifests_are_objects_of_kubernetes() -> None:
    command = [program("kubernetes-validate"), "--strict", *MANIFESTS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(re.findall("passed for resource", done.stdout + done.stderr)) == len(OBJECTS)


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool: apt-get install prometheus")
def test_prometheus_takes_its_file_with_the_rules_beside_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy/monitoring/vision-inspection.rules.yml", tmp_path)
    (tmp_path / "prometheus_password").write_text("secret")
    text = (CONTAINER / "prometheus.yml").read_text()
    text = text.replace("/etc/prometheus/", f"{tmp_path}/").replace("/run/secrets/", f"{tmp_path}/")
    (tmp_path / "prometheus.yml").write_text(text)
    done = subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert text.count(str(tmp_path)) == 2


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("mosquitto"), reason="no mosquitto: apt-get install mosquitto")
def test_the_broker_lets_in_who_has_a_password(tmp_path: Path) -> None:
    port, passwords = free_port(), tmp_path / "broker_passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", passwords, "plant", "right"], check=True)
    text = (CONTAINER / "mosquitto.conf").read_text()
    for there, here in (
        ("listener 1883", f"listener {port} 127.0.0.1"),
        ("/run/secrets", tmp_path),
        ("/mosquitto/data", tmp_path),
    ):
        assert str(there) in text
        text = text.replace(str(there), str(here))
    (tmp_path / "mosquitto.conf").write_text(f"user root\n{text}")
    with (tmp_path / "log").open("wb") as log:
        broker = subprocess.Popen(["mosquitto", "-c", tmp_path / "mosquitto.conf"], stdout=log, stderr=log)
    try:
        wait_for(port)
        answers = [return_code(port, *who) for who in ((), ("plant", "wrong"), ("plant", "right"))]
    finally:
        broker.terminate()
        broker.wait(PATIENCE_S)
    assert answers == [NOT_AUTHORIZED, NOT_AUTHORIZED, ACCEPTED], (tmp_path / "log").read_text()


ACCEPTED, NOT_AUTHORIZED = 0, 5  # return codes of CONNACK (MQTT 3.1.1, 3.2.2.3)


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < end, "the broker does not listen"
        time.sleep(0.02)


def return_code(port: int, *who: str) -> int:
    """What the broker answers to a CONNECT with this name and password, or without."""
    fields = b"".join(len(text).to_bytes(2, "big") + text.encode() for text in ("station", *who))
    body = b"\x00\x04MQTT\x04" + bytes([0xC2 if who else 0x02]) + b"\x00\x3c" + fields
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(bytes([0x10, len(body)]) + body)
        answer = client.recv(4)
    assert answer[:2] == b"\x20\x02"
    return answer[3]


def test_the_dockerfile_is_the_one_that_compose_builds() -> None:
    build = COMPOSE["services"]["station"]["build"]
    assert (CONTAINER / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]) == DOCKERFILE
