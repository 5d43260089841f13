"""The documents are as the code has it."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.make import ROOT, documents
from docs.modbus_tables import FUNCTIONS, ring_slot
from docs.runbook_tables import CAUSES
from protocols import alarms, tags
from protocols.codec import Orders
from protocols.handshake.block import encode
from protocols.handshake.types import Accepted, CommandError, Finished, Outcome, Reject, Source
from protocols.modbus.diagnostics import Diagnostics
from protocols.modbus.functions import function_table
from protocols.modbus.identification import Identification
from protocols.modbus.reads import Reads
from protocols.modbus.writes import Writes
from protocols.opcua.server import Quality
from service.doctor.production import POINTS
from service.settings import Settings, load
from service.settings.production import ACCEPTABLE
from service.settings.table import settings_table

DOCUMENTS = documents()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_as_the_code_has_it(path: Path) -> None:
    assert path.read_bytes() == DOCUMENTS[path].encode(), "run: python -m docs.make"


def text(name: str) -> str:
    return DOCUMENTS[ROOT / "docs" / name]


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings file as it is shipped, and nothing else."""
    for name in [name for name in os.environ if name.startswith("GUNICORN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CONFIG_PATH", str(ROOT / "config" / "station.toml"))


@pytest.mark.usefixtures("shipped")
def test_the_shipped_settings_file_is_the_embedded_defaults() -> None:
    embedded = Settings.model_validate(Settings().model_dump())  # 10 is 10.0
    assert repr(load()) == repr(embedded)  # not ==: nan is not equal to itself


def test_the_shipped_settings_file_has_every_setting_with_one_comment() -> None:
    lines = DOCUMENTS[ROOT / "config" / "station.toml"].splitlines()
    entries = [i for i, line in enumerate(lines) if re.match(r"#?\w+ = ", line)]
    assert len(entries) == len(settings_table())
    for i in entries:
        assert lines[i - 1].startswith("# "), lines[i]


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("camera", ["folder", "opencv", "picamera2"])
def test_another_camera_of_the_shipped_file_can_be_uncommented(
    camera: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = DOCUMENTS[ROOT / "config" / "station.toml"]
    sections = re.findall(r"^#\[camera\]\n(?:#.*\n)+", shipped, re.MULTILINE)
    section = next(section for section in sections if f'type = "{camera}"' in section)
    path = tmp_path / "station.toml"
    path.write_text(re.sub(r"^#(?! )", "", section, flags=re.MULTILINE))
    monkeypatch.setenv("CONFIG_PATH", str(path))
    assert load().camera.type == camera


@pytest.mark.parametrize("setting", settings_table(), ids=lambda s: f"{s.variant or ''}{s.name}")
def test_every_setting_is_in_the_manual_with_its_environment_name(setting: object) -> None:
    assert f"`{setting.variable}`" in text("configuration.md")  # type: ignore[attr-defined]


@pytest.mark.parametrize("tag", [tag for tag in tags.ALL if tag.address], ids=lambda tag: tag.name)
def test_every_tag_on_modbus_is_in_the_manual(tag: object) -> None:
    assert re.search(rf"^\|.*\| {tag.name} \|.*{re.escape(tag.help)}", text("modbus.md"), re.MULTILINE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("tag", [tag for tag in tags.ALL if tag.node], ids=lambda tag: tag.name)
def test_every_node_is_in_the_manual(tag: object) -> None:
    node = re.sub(r"^Slot\.\d\d\.", "Slot.NN.", tag.node)  # type: ignore[attr-defined]
    assert f"| `ns=2;s={node}` |" in text("opcua.md")


def test_the_manual_lists_the_function_codes_that_are_served() -> None:
    assert set(FUNCTIONS) == set(function_table(Reads, Writes, Diagnostics, Identification))  # type: ignore[arg-type]


def test_the_manual_lists_every_code_and_alarm() -> None:
    manual = text("modbus.md")
    for code in (*Reject, *CommandError):
        assert re.search(rf"^\| {int(code)} \| ", manual, re.MULTILINE)
    for alarm in alarms.ALL:
        assert f"| {alarm.number} | {alarm.severity} | {alarms.texts()[alarm.number].what} |" in manual


def test_the_runbook_has_every_alarm_with_its_cause_and_what_to_do() -> None:
    runbook, texts = text("runbook.md"), alarms.texts("en")
    assert set(CAUSES) == {alarm.name for alarm in alarms.ALL}
    for alarm in alarms.ALL:
        section = runbook.split(f"\n### {alarm.number}: ")[1].split("\n### ")[0]
        assert f"`{alarm.name}`, {alarm.severity}. " in section
        assert ("No part is inspected" in section) is alarm.stops
        assert f"- **Cause**: {CAUSES[alarm.name]}\n- **Action**: {texts[alarm.number].remedy}." in section


def test_security_names_every_point_of_the_checklist() -> None:
    listed = re.findall(r"^\| `(\w+)` \| .* \| (yes|no) \|$", text("security.md"), re.MULTILINE)
    assert listed == [(point.name, "yes" if point.name in ACCEPTABLE else "no") for point in POINTS]
    assert {name for name, vouched in listed if vouched == "yes"} == set(ACCEPTABLE)


def test_the_manual_lists_every_quality() -> None:
    for quality in Quality:
        name = re.search(rf"^    {quality.name} = ua\.StatusCodes\.(\w+)", inspect.getsource(Quality), re.MULTILINE)
        assert name
        assert f"| {name[1]} |" in text("opcua.md")


def test_a_ring_slot_is_laid_out_as_the_manual_says() -> None:
    accepted = Accepted(9, Source.MODBUS, 3, 0, seq=41, user_tag=7, encoder=-5)
    result = encode(Finished(78, accepted, Outcome(2, 4, values=(1.5,) * 32)), Orders(), 0.0)
    words = [int.from_bytes(result.slot[i : i + 2], "big") for i in range(0, 128, 2)]
    assert len(words) == tags.SLOT_WORDS
    assert (words[0], words[27], words[63]) == (78, 78, 78)
    assert words[28:60] == [0x3FC0, 0] * 16
    assert words[60:62] == [0xFFFF, 0xFFFB]
    assert words[62] == 4
    rows = re.findall(r"^\| (\d+)(?:–(\d+))? \|", ring_slot(), re.MULTILINE)
    covered = [word for first, last in rows for word in range(int(first), int(last or first) + 1)]
    assert covered == list(range(tags.SLOT_WORDS))


BY_MACHINES = ("docs/run.png", "docs/performance.md", "performance.md")  # a browser and the benchmarks make them
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([\w-]+))?\)")


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target, anchor in LINK.findall(path.read_text("utf-8")):
        if target in BY_MACHINES:
            continue
        assert (path.parent / target).exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", (path.parent / target).read_text("utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


def test_contributing_names_the_command_that_makes_the_documents() -> None:
    assert "python -m docs.make" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "docs.make", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_way_of_a_trigger_is_told_in_five_files_that_are_there() -> None:
    told = re.findall(
        r"^\d\. `(\S+)`(.*(?:\n   .*)?)", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE
    )
    files = [file for file, _ in told if file.endswith(".py")]
    assert len(files) == 5
    for file, words in told:
        source = (ROOT / file).read_text("utf-8")
        for name in re.findall(r"`(?:\w+\.)?(\w+)`", words):
            assert name in source or name in "".join((ROOT / other).read_text("utf-8") for other in files), name


def test_every_thread_is_in_the_picture() -> None:
    picture = (ROOT / "docs/architecture.md").read_text("utf-8")
    for file in (ROOT / "service").rglob("*.py"):
        for name in re.findall(r'Offload\("([^"]+)"\)', file.read_text("utf-8")):
            assert re.search(rf"^\| .*\b{name}\b", picture, re.MULTILINE), f"{name} of {file.name}"
