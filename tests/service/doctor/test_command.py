"""``vision-inspection doctor plc`` against a running station."""

import json
import time

import pytest

from benchmarks.accept.plc import Plc
from service.cli import main
from tests.conftest import free_port

from .conftest import Site
from .programs import begin, number, trigger, valid


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["doctor", "plc", *arguments])
    return code, capsys.readouterr().out


def test_a_right_program_ends_with_0(site: Site, plc: Plc, capsys: pytest.CaptureFixture[str]) -> None:
    begin(plc)
    trigger(plc)
    valid(plc)
    plc.read(100, 28)
    code, out = said(capsys, "--url", site.bench.running.url)
    assert (code, "✓ nothing is wrong" in out) == (0, True)
    assert plc.address in out


def test_a_wrong_program_ends_with_1_and_what_to_do(site: Site, plc: Plc, capsys: pytest.CaptureFixture[str]) -> None:
    plc.write(4, 0)
    plc.write(4, number())
    code, out = said(capsys, "--url", site.bench.running.url)
    words = " ".join(out.split())
    assert code == 1
    assert f"✗ {plc.address} triggers while TriggerEnable is 0" in words
    assert "Write 1 to bit 0 of ControlWord" in words
    assert "FC6 writes HR 4" in words
    code, out = said(capsys, "--url", site.bench.running.url, "--language", "de", "--json")
    assert any("triggert, während TriggerEnable 0 ist" in f["sentence"] for f in json.loads(out)["findings"])


def test_what_was_repaired_is_not_told_of_the_last_moments(
    site: Site, plc: Plc, capsys: pytest.CaptureFixture[str]
) -> None:
    plc.write(4, 0)
    plc.write(4, number())
    plc.read(0, 1)
    assert "not_enabled" in site.findings(plc.address)
    before = site.bench.rest(f"/modbus/trace?client={plc.address}&limit=200")[1]["items"][-1]["utc_us"]
    begin(plc)
    trigger(plc)
    valid(plc)
    plc.read(100, 28)
    status, told = site.bench.rest(f"/modbus/doctor?since_us={before}")
    assert (status, [f for f in told["findings"] if f["client"] == plc.address]) == (200, [])
    code, out = said(capsys, "--url", site.bench.running.url, "--last", "0")
    assert (code, "0 requests of nobody" in out) == (0, True)


def test_watching_tells_each_finding_once(
    site: Site, plc: Plc, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plc.write(4, 0)
    plc.write(4, number())
    looks = iter(range(3))

    def look_again(_: float) -> None:
        if next(looks) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", look_again)
    code, out = said(capsys, "--url", site.bench.running.url, "--watch")
    assert (code, " ".join(out.split()).count(f"{plc.address} triggers while")) == (1, 1)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(f"http://127.0.0.1:{free_port()}", "no station answers", id="nobody"),
        pytest.param("file:///etc/hostname", "begins with http:// or https://", id="no station"),
    ],
)
def test_who_is_not_there_is_named_and_ends_with_2(capsys: pytest.CaptureFixture[str], url: str, words: str) -> None:
    code, out = said(capsys, "--url", url)
    assert (code, words in " ".join(out.split())) == (2, True)
