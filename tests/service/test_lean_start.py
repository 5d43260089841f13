"""What a start does without: each is some share of the time until the first answer."""

import json
import ssl
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT

WORKER = """
import json, ssl, sys
from service.birth import _worker_class
_worker_class()
import service.app, service.http_runner
from aiohttp.connector import _SSL_CONTEXT_UNVERIFIED, _SSL_CONTEXT_VERIFIED
from service.api.models import Payload
from vision.recipe import Recipe
print(json.dumps({
    "modules": sorted(sys.modules),
    "built": [model.__name__ for model in (Recipe, *Payload.__subclasses__()) if model.__pydantic_complete__],
    "client trusts": [len(one.get_ca_certs()) for one in (_SSL_CONTEXT_VERIFIED, _SSL_CONTEXT_UNVERIFIED)],
    "client verifies": _SSL_CONTEXT_VERIFIED.verify_mode == ssl.CERT_REQUIRED,
    "others trust": len(ssl.create_default_context().get_ca_certs()),
    "requests": "requests" in sys.modules,
}))
"""
STARTING = "import json, sys, service.starting; print(json.dumps({'modules': sorted(sys.modules)}))"
NOT_BY_A_WORKER = (
    "vision.tools.",
    "vision.calibrate.",
    "service.evaluation.judging",
    "service.demo_plc.",
    "service.cli",
)
NOT_OF_OTHERS = ("requests", "jinja2", "onnxruntime", "zxingcpp", "pymodbus", "rapidocr", "rich")
NOT_BY_STARTING = (
    "protocols.handshake",
    "protocols.modbus",
    "protocols.opcua",
    "vision.tool",
    "numpy",
    "cv2",
    "asyncio",
)


def said_by(program: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def worker() -> dict[str, Any]:
    return said_by(WORKER)


def test_a_worker_imports_and_builds_only_what_every_start_needs(worker: dict[str, Any]) -> None:
    assert [name for name in worker["modules"] if name.startswith(NOT_BY_A_WORKER)] == []
    assert set(NOT_OF_OTHERS) & set(worker["modules"]) == set()
    assert worker["built"] == []
    assert worker["client trusts"] == [0, 0]


def test_what_a_worker_leaves_out_is_there_for_who_asks_later(worker: dict[str, Any]) -> None:
    assert not worker["requests"]
    assert worker["client verifies"]  # nobody is trusted in error
    assert worker["others trust"] == len(ssl.create_default_context().get_ca_certs())


def test_the_look_at_the_settings_imports_nothing_of_the_station() -> None:
    modules = said_by(STARTING)["modules"]
    assert [name for name in modules if name.startswith(NOT_BY_STARTING)] == []
