"""The command as operators type it: real processes, their output and their exit codes."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from protocols import tags
from service import __version__
from tests.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
LIGHT = {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": 150}}}
BRACKET = {"job": 1, "name": "bracket", "released": True, "steps": [LIGHT]}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``vision-inspection`` in an empty folder, on ports that nobody needs, and with the given variables."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        own = {
            key: value for key, value in os.environ.items() if not key.startswith(("VISION_", "GUNICORN_", "CONFIG_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            cwd=tmp_path,
            env=own | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def write_recipe(folder: Path, name: str, content: object) -> None:
    place = folder / "config" / "recipes" / name
    place.mkdir(parents=True)
    (place / "recipe.json").write_text(content if isinstance(content, str) else json.dumps(content))


def test_check_of_what_is_in_order(run: Run, tmp_path: Path) -> None:
    write_recipe(tmp_path, "bracket", BRACKET)
    done = run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "settings (embedded defaults) and recipes (config/recipes) are in order\nlooked at: bracket version 1\n"
    )


def test_check_prints_every_problem_of_settings_and_recipes_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("[modbus]\nprot = 502\n[station]\nhand_over = 9\n")
    write_recipe(tmp_path, "a_broken", '{"name": "a",\n "job": }')
    write_recipe(tmp_path, "b_tool", BRACKET | {"job": 2, "steps": [{"name": "x", "tool": {"type": "caliperr"}}]})
    taught = {"master": {"tool": "golden_template", "version": 1, "sha256": "0" * 64, "folder": "master"}}
    write_recipe(tmp_path, "c_master", BRACKET | {"job": 3, "taught": taught})
    write_recipe(tmp_path, "d_first", BRACKET | {"job": 4})
    write_recipe(tmp_path, "e_twice", BRACKET | {"job": 4})
    done = run("check", CONFIG_PATH="station.toml", VISION_PORT="1", GUNICORN_WORKERS="3")
    assert done.returncode == 1
    assert "problem(s)" in done.stdout
    lines = done.stderr.splitlines()
    for said in (
        "environment: VISION_PORT: unknown",
        "environment: GUNICORN_WORKERS: 3",
        "station.toml: modbus.prot: unknown; did you mean modbus.port?",
        "station.toml: station.hand_over: must be a whole number, 1 to 8; found 9",
        "a_broken/recipe.json: line 2 column 9: is no JSON",
        "b_tool/recipe.json: ",
        "c_master/recipe.json: ",
        "e_twice/recipe.json: job: 4 is used already, by d_first/recipe.json",
    ):
        assert any(line.startswith(said) for line in lines), (said, lines)
    assert any("caliperr" in line for line in lines)


def test_check_of_the_settings_alone_leaves_recipes_out(run: Run, tmp_path: Path) -> None:
    write_recipe(tmp_path, "a_broken", "{")
    done = run("check", "--settings")
    assert (done.returncode, done.stdout, done.stderr) == (0, "settings (embedded defaults) are in order\n", "")
    done = run("check", "--settings", GUNICORN_CERTFILE="/nowhere/station.pem")
    assert done.returncode == 1
    assert done.stderr == "gunicorn.certfile: /nowhere/station.pem, keyfile in it: No such file or directory\n"


def test_check_of_a_recipe_folder_that_is_not_there(run: Run) -> None:
    done = run("check")
    assert done.returncode == 1
    assert done.stderr == "station.recipe_folder: there is no folder config/recipes\n"


def test_check_of_an_address_of_another_machine(run: Run, tmp_path: Path) -> None:
    write_recipe(tmp_path, "bracket", BRACKET)
    done = run("check", VISION_STATION__BIND="192.0.2.1")
    assert done.returncode == 1
    assert done.stderr.startswith("station.bind: 192.0.2.1 is no address of this machine")


def test_tags_prints_the_table(run: Run) -> None:
    done = run("tags")
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    assert head.split()[:3] == ["name", "modbus", "one_based"]
    assert len(rows) == len(tags.ALL)
    trigger_seq = next(row for row in rows if row.startswith("TriggerSeq "))
    assert trigger_seq.split()[:6] == ["TriggerSeq", "HR", "4", "40005", "uint16", "command"]


def test_tags_exports_the_active_map(run: Run, tmp_path: Path) -> None:
    entry = '[[user_block.values]]\nname = "Light"\naddress = 400\ntype = "float32"\nsource = "light.mean"\n'
    (tmp_path / "station.toml").write_text(entry)
    for kind, words in {"csv": "30401", "ignition": "IRF401", "codesys": "User.Light := Pair.AsReal;"}.items():
        done = run("tags", "--format", kind, CONFIG_PATH="station.toml")
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout


def test_tags_says_why_it_exports_nothing(run: Run) -> None:
    done = run("tags", "--format", "scl", VISION_MODBUS__WORD_ORDER="DCBA")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "word order DCBA: the function blocks know ABCD and CDAB, set modbus.word_order so\n"
    done = run("tags", "--format", "scl", VISION_MODBUS__WORD_ORDER="ABDC")
    assert (done.returncode, done.stdout) == (1, "")


def test_tags_as_json(run: Run) -> None:
    rows = json.loads(run("tags", "--json").stdout)
    assert [row["name"] for row in rows] == [tag.name for tag in tags.ALL]
    online = next(row for row in rows if row["name"] == "Online")
    assert (online["modbus"], online["one_based"], online["node"]) == ("IR 0.7", "30001.7", "ns=2;s=Status.Online")


def test_schema_is_the_json_schema_of_a_recipe(run: Run) -> None:
    schema = json.loads(run("schema").stdout)
    assert {"name", "job", "steps"} <= set(schema["properties"])
    assert "caliper" in json.dumps(schema)


def test_openapi_is_the_document_of_the_rest_interface(run: Run) -> None:
    document = json.loads(run("openapi").stdout)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/station/trigger" in document["paths"]


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"vision-inspection {__version__}\n"


def test_without_a_command_the_usage_is_said(run: Run) -> None:
    done = run()
    assert done.returncode == 2
    assert done.stderr.startswith("usage: vision-inspection")


def test_binds_gives_gunicorn_the_addresses_and_people_the_welcome(run: Run, tmp_path: Path) -> None:
    http, modbus, opcua = free_port(), free_port(), free_port()
    ports = {"VISION_HTTP__PORT": "1", "VISION_MODBUS__PORT": str(modbus), "VISION_OPCUA__PORT": str(opcua)}
    done = run("binds", GUNICORN_BIND=f"127.0.0.1:{http}", **ports)
    at = {"http": f"127.0.0.1:{http}", "modbus": f"127.0.0.1:{modbus}", "opcua": f"127.0.0.1:{opcua}"}
    bound, missing, options, folder, log = json.loads(done.stdout)
    assert (bound, missing) == (at, {})
    assert (options["timeout"], options["errorlog"]) == (10, "-")
    assert "accesslog" not in options, "what is empty is Gunicorn's own default"
    assert folder == str(tmp_path.resolve() / "data")
    assert json.loads(log)["station"] == "Station 1"
    assert "settings   embedded defaults" in done.stderr
    assert "Only this machine can connect" in done.stderr
    assert f"demo-plc --count 20 --port {modbus}\n" in done.stderr
    assert all(len(line) <= 80 for line in done.stderr.splitlines() if not line.startswith("  data"))
    without = run("binds", GUNICORN_BIND=f"127.0.0.1:{http}", VISION_MODBUS__ENABLED="false", **ports)
    assert json.loads(without.stdout)[:2] == [{name: at[name] for name in ("http", "opcua")}, {}]
    assert "demo-plc" not in without.stderr


@pytest.mark.parametrize("server", ["http", "opcua"])
def test_a_taken_port_is_said_with_its_owner(run: Run, server: str) -> None:
    """Without HTTP nobody would see it, so there is no start; without another server there is."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ports = {name: free_port() for name in ("http", "modbus", "opcua")} | {server: port}
        done = run("binds", **{f"VISION_{name.upper()}__PORT": str(at) for name, at in ports.items()})
    assert f"{server}.port: port {port} is taken by process {os.getpid()} (" in done.stderr
    if server == "http":
        assert (done.returncode, done.stdout) == (1, "")
    else:
        bound, missing, *_ = json.loads(done.stdout)
        assert (set(bound), missing) == ({"http", "modbus"}, {"opcua": f"127.0.0.1:{port}"})


def test_a_port_that_is_let_go_meanwhile_is_taken(run: Run) -> None:
    other = socket.socket()
    other.bind(("127.0.0.1", 0))
    other.listen()
    port = other.getsockname()[1]
    threading.Timer(1.5, other.close).start()
    ports = {"VISION_MODBUS__PORT": str(free_port()), "VISION_OPCUA__PORT": str(port)}
    done = run("binds", GUNICORN_BIND=f"127.0.0.1:{free_port()}", **ports)
    assert done.returncode == 0, done.stderr


def test_a_station_that_cannot_start_says_every_reason(run: Run) -> None:
    done = run("binds", VISION_HTTP__PORT="0", GUNICORN_WORKERS="2")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The station cannot start:\n  environment: ")
    assert len(done.stderr.splitlines()) == 3


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m service.cli schema | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")
