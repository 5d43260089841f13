"""What operators get wrong in settings, and the exact line that each mistake gives."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from service.addresses import address_problems, binds
from service.settings import Settings, SettingsError, config_path, load, recipe_folder
from service.settings.table import Setting, settings_table
from vision.cameras.settings import FolderSettings, SimulatedSettings

pytestmark = pytest.mark.usefixtures("nothing_given")
Write = Callable[[str], Path]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """Make the settings file."""

    def write(text: str) -> Path:
        monkeypatch.setenv("CONFIG_PATH", "station.toml")
        path = tmp_path / "station.toml"
        path.write_text(text)
        return path

    return write


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load()
    return caught.value.problems


def test_without_file_and_environment_the_defaults_hold() -> None:
    assert config_path() is None
    assert repr(load()) == repr(Settings())


def test_the_file_in_config_is_found_by_itself(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "station.toml").write_text('[station]\nname = "Line 3"\n')
    assert config_path() == Path("config/station.toml")
    assert load().station.name == "Line 3"


def test_the_environment_stands_over_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write('[station]\nname = "file"\nbind = "127.0.0.1"\n[modbus]\nport = 1502\n')
    monkeypatch.setenv("VISION_STATION__NAME", "environment")
    monkeypatch.setenv("VISION_MODBUS__UNIT_IDS", "[1, 255]")
    settings = load()
    assert (settings.station.name, settings.modbus.port, settings.modbus.unit_ids) == ("environment", 1502, (1, 255))


def test_another_camera_type_in_the_environment_replaces_the_section_of_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[camera]\ntype = "simulated"\nseed = 7\n')
    monkeypatch.setenv("VISION_CAMERA__PATH", "images")
    monkeypatch.setenv("VISION_CAMERA__TYPE", "folder")
    assert load().camera == FolderSettings(path=Path("images"))


def test_the_same_camera_type_in_the_environment_keeps_the_section_of_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[camera]\ntype = "simulated"\nseed = 7\n')
    monkeypatch.setenv("VISION_CAMERA__TYPE", "simulated")
    assert load().camera == SimulatedSettings(seed=7)


def test_a_camera_section_without_a_type_is_of_the_default_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_CAMERA__SEED", "5")
    assert load().camera == SimulatedSettings(seed=5)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("[modbus]\nprot = 1", "modbus.prot: unknown; did you mean modbus.port?", id="misspelt key"),
        pytest.param("[modbus]\nfps = 1", "modbus.fps: unknown; did you mean live.fps?", id="key of another section"),
        pytest.param(
            "[log]\nqqq = 1",
            "log.qqq: unknown; [log] has level, levels, format, file, access, sentry_dsn",
            id="key like no other",
        ),
        pytest.param("[modbuss]\nport = 1", "modbuss: unknown; did you mean [modbus]?", id="misspelt section"),
        pytest.param("fps = 1", "fps: unknown; did you mean live.fps?", id="key outside its section"),
        pytest.param(
            "[qqq]",
            "qqq: unknown; the sections are station, camera, http, live, modbus, user_block, opcua, ascii, store, "
            "archive, backup, time, shifts, identification, checks, production, log, gunicorn",
            id="section like no other",
        ),
        pytest.param(
            "station = 5", "station: must be a section: [station] on a line, its keys below; found 5", id="no section"
        ),
        pytest.param(
            '[modbus]\nport = "abc"', 'modbus.port: must be a whole number, 1 to 65535; found "abc"', id="no number"
        ),
        pytest.param(
            "[modbus]\nport = 65536", "modbus.port: must be a whole number, 1 to 65535; found 65536", id="too large"
        ),
        pytest.param(
            "[station]\nhand_over = 2.5",
            "station.hand_over: must be a whole number, 1 to 8; found 2.5",
            id="not whole",
        ),
        pytest.param("[live]\nfps = 0", "live.fps: must be a number, above 0 to 60; found 0", id="on an open limit"),
        pytest.param(
            "[store]\nmax_age_days = -1",
            "store.max_age_days: must be a number, 0 or more; found -1",
            id="negative",
        ),
        pytest.param(
            '[modbus]\nenabled = "perhaps"', 'modbus.enabled: must be true or false; found "perhaps"', id="no switch"
        ),
        pytest.param(
            '[station]\nname = ""', 'station.name: must be text of 1 to 64 characters; found ""', id="empty name"
        ),
        pytest.param(
            "[station]\ndata_folder = 7", "station.data_folder: must be a path in quotes; found 7", id="no path"
        ),
        pytest.param(
            '[modbus]\nword_order = "ABDC"',
            'modbus.word_order: must be one of "ABCD", "CDAB", "BADC", "DCBA"; found "ABDC"',
            id="no such choice",
        ),
        pytest.param(
            "[modbus]\nunit_ids = [1, 256]",
            "modbus.unit_ids[1]: must be a whole number, 0 to 255; found 256",
            id="one entry of a list",
        ),
        pytest.param(
            "[modbus]\nunit_ids = 1",
            "modbus.unit_ids: must be a list, each entry a whole number, 0 to 255; found 1",
            id="no list",
        ),
        pytest.param(
            '[shifts.starts]\nearly = "24:00"',
            'shifts.starts.early: must be a time of day, 00:00 to 23:59; found "24:00"',
            id="no time of day",
        ),
        pytest.param(
            '[modbus]\nwriters = ["192.168.0"]',
            "modbus.writers: '192.168.0' is no IP address, e.g. 192.168.0.10",
            id="no address",
        ),
        pytest.param(
            '[log]\nsentry_dsn = "sentry.example.com"',
            "log.sentry_dsn: must be http(s)://KEY@HOST/NUMBER as the collector shows it; found 'sentry.example.com'",
            id="no address of a collector",
        ),
        pytest.param(
            '[log.levels]\n"service.line" = "loud"',
            'log.levels.service.line: must be one of "debug", "info", "warning", "error", "critical"; found "loud"',
            id="no level",
        ),
        pytest.param(
            '[time]\nzone = "Mars"', "time.zone: 'Mars' is no IANA time zone, e.g. Europe/Berlin", id="no time zone"
        ),
        pytest.param(
            '[camera]\ntype = "gige"',
            'camera.type: must be one of "simulated", "folder", "opencv", "picamera2"; found "gige"',
            id="no such camera",
        ),
        pytest.param(
            '[camera]\ntype = "folder"',
            "camera.path: is missing: a path in quotes (Folder with PNG, JPEG, BMP or TIFF files)",
            id="key without a default",
        ),
        pytest.param(
            '[camera]\npath = "/images"\nloop = false',
            'camera.type: is missing: one of "simulated", "folder", "opencv", "picamera2"; '
            'for example type = "folder", which has path',
            id="camera without a type",
        ),
        pytest.param(
            "[camera]\nsede = 1",
            "camera.sede: unknown; did you mean camera.seed?",
            id="camera without a type, key of no camera",
        ),
        pytest.param(
            '[camera]\ntype = "opencv"\nsource = 1.5',
            "camera.source: must be a whole number or text; found 1.5",
            id="none of two types, said once",
        ),
        pytest.param(
            '[camera]\ntype = "opencv"\nseed = 1',
            'camera.seed: no setting of type "opencv", only of "simulated": take it out, or change camera.type',
            id="key of another camera",
        ),
        pytest.param(
            '[[checks.run]]\nname = "Share"\nurl = "http://a/"',
            "checks.run[0].name: must be a name of up to 32 small letters, digits, - and _, a letter first; "
            'found "Share"',
            id="check with a wrong name",
        ),
        pytest.param(
            '[[checks.run]]\nurl = "http://a/"',
            "checks.run[0].name: is missing: a name of up to 32 small letters, digits, - and _, a letter first",
            id="check without a name",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"',
            'checks.run[0]: check "a" must have either a command or a url; found neither',
            id="check of nothing",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\nurl = "http://a/"\ncommand = ["true"]',
            'checks.run[0]: check "a" must have either a command or a url; found both',
            id="check of two things",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\nurl = "ftp://a/"',
            "checks.run[0].url: must be a URL without name and password, for example "
            '"http://10.0.0.7:8080/health"; found "ftp://a/"',
            id="check of no web address",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\nurl = "http://a:70000/"',
            "checks.run[0].url: must be a URL without name and password, for example "
            '"http://10.0.0.7:8080/health"; found "http://a:70000/"',
            id="check of a port that there is not",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\nurl = "http://me:secret@a/"',
            "checks.run[0].url: must be a URL without name and password, for example "
            '"http://10.0.0.7:8080/health"; found "http://me:secret@a/"',
            id="check with a password that everybody would read",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\ncommand = "true"',
            'checks.run[0].command: must be a list, each entry text; found "true"',
            id="check with a command that is no list",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\ncommand = [""]',
            'checks.run[0].command: must begin with a program, for example ["/usr/bin/test", "-e", "/run/printer"]',
            id="check without a program",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\ncommand = ["true"]\nlimit_s = 0',
            "checks.run[0].limit_s: must be a number, 0.1 to 60; found 0",
            id="check without time",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\ncommand = ["true"]\nlimits = 1',
            "checks.run[0].limits: unknown; did you mean limit_s?",
            id="check with a misspelt key",
        ),
        pytest.param(
            '[[checks.run]]\nname = "a"\ncommand = ["true"]\n[[checks.run]]\nname = "a"\ncommand = ["true"]',
            "checks.run: each name once; found a twice",
            id="two checks of one name",
        ),
        pytest.param(
            '[[user_block.values]]\naddress = 400\ntype = "int32"\nsource = "a"',
            "user_block.values[0].name: is missing: a name of IEC 61131-3: up to 32 letters, digits and single "
            "underscores, a letter first",
            id="value without a name",
        ),
        pytest.param("[modbus]\nport = \n", "line 2, column 8: is no TOML: invalid value", id="no TOML"),
        pytest.param(
            '[station]\nname = "x\n', "line 2, column 10: is no TOML: illegal character '\\n'", id="open quote"
        ),
    ],
)
def test_a_mistake_in_the_file(write: Write, text: str, line: str) -> None:
    write(text)
    assert problems() == [f"station.toml: {line}"]


def test_a_file_that_is_no_text(write: Write) -> None:
    write("").write_bytes(b"[station]\nname = \xff\n")
    assert problems() == ["station.toml: is no UTF-8 text (byte 17)"]


def test_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIG_PATH", "elsewhere.toml")
    assert problems() == ["elsewhere.toml: there is no such file (CONFIG_PATH)"]


def test_a_file_that_is_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONFIG_PATH", str(tmp_path))
    assert problems() == [f"{tmp_path}: cannot be read: Is a directory"]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("VISION_MODBUS__PROT", "1", "VISION_MODBUS__PROT: unknown; did you mean VISION_MODBUS__PORT?"),
        ("VISION_MODBUS_PORT", "1", "VISION_MODBUS_PORT: unknown; did you mean VISION_MODBUS__PORT?"),
        (
            "VISION_PORT",
            "1",
            "VISION_PORT: unknown; did you mean VISION_HTTP__PORT or VISION_MODBUS__PORT or "
            "VISION_OPCUA__PORT or VISION_ASCII__PORT?",
        ),
        ("VISION_X", "1", "VISION_X: unknown; docs/configuration.md lists every name"),
        (
            "VISION_MODBUS__PORT",
            "0",
            'VISION_MODBUS__PORT: modbus.port: must be a whole number, 1 to 65535; found "0"',
        ),
        (
            "VISION_HTTP__ALLOWED_HOSTS",
            "a,b",
            'VISION_HTTP__ALLOWED_HOSTS: must be a list, each entry text, as JSON; found "a,b"',
        ),
        ("VISION_OPCUA__ANONYMOUS", "x", 'VISION_OPCUA__ANONYMOUS: opcua.anonymous: must be true or false; found "x"'),
        (
            "VISION_CAMERA__TYPE",
            "folder",
            "VISION_CAMERA__TYPE: camera.path: is missing: a path in quotes (Folder with PNG, JPEG, BMP or TIFF files)",
        ),
        (
            "GUNICORN_BIND",
            "5000",
            'GUNICORN_BIND: must be ADDRESS:PORT, for example 0.0.0.0:5000 or [::1]:5000; found "5000"',
        ),
        (
            "GUNICORN_WORKERS",
            "2",
            "GUNICORN_WORKERS: 2: a station has one worker, because one process owns the camera; unset it",
        ),
        (
            "GUNICORN_LOG_LEVEL",
            "loud",
            'GUNICORN_LOG_LEVEL: gunicorn.loglevel: must be one of "debug", "info", "warning", "error", "critical"; '
            'found "loud"',
        ),
    ],
)
def test_a_mistake_in_the_environment(monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str) -> None:
    monkeypatch.setenv(name, value)
    assert problems() == [f"environment: {line}"]


@pytest.mark.parametrize(
    "bind",
    ["", ":5000", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.300:5000", "::1:5000", "[x]:5000", "a b:1"],
)
def test_a_malformed_gunicorn_bind(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("GUNICORN_BIND", bind)
    if bind:
        assert f'found "{bind}"' in problems()[0]
    else:
        assert binds(load())["http"] == "127.0.0.1:5000"  # set to nothing is not set


@pytest.mark.parametrize("bind", ["0.0.0.0:80", "127.0.0.1:65535", "localhost:5000", "[::1]:5000", "[fe80::1]:1"])
def test_a_right_gunicorn_bind(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("GUNICORN_BIND", bind)
    assert binds(load())["http"] == bind


def test_all_mistakes_are_told_at_once_each_with_its_origin(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("[modbus]\nprot = 1\nport = 0\n[live]\nfps = 99\n")
    monkeypatch.setenv("VISION_LIVE__WIDTH", "1")
    monkeypatch.setenv("VISION_NAME", "x")
    monkeypatch.setenv("GUNICORN_WORKERS", "4")
    origins = sorted(": ".join(line.split(": ")[:2]) for line in problems())
    assert origins == [
        "environment: GUNICORN_WORKERS",
        "environment: VISION_LIVE__WIDTH",
        "environment: VISION_NAME",
        "station.toml: live.fps",
        "station.toml: modbus.port",
        "station.toml: modbus.prot",
    ]


def test_a_broken_file_does_not_hide_what_is_wrong_in_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("[station")
    monkeypatch.setenv("VISION_LIVE__WIDTH", "1")
    assert [line.partition(":")[0] for line in problems()] == ["station.toml", "environment"]


def test_where_the_recipes_lie_is_known_whatever_else_is_wrong(write: Write) -> None:
    write('[station]\nrecipe_folder = "mine"\nname = ""\n')
    assert recipe_folder() == Path("mine")


def test_the_place_of_image_sets_for_tests_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_DATA", "somewhere")
    load()


@pytest.mark.parametrize("setting", settings_table(), ids=lambda s: f"{s.variant or ''}{s.name}")
def test_every_setting_can_be_said_in_words(setting: Setting) -> None:
    assert setting.meaning
    assert setting.expected


def test_a_value_that_is_no_number_is_kept(write: Write) -> None:
    write("[modbus]\nnot_measured = nan\n")
    assert math.isnan(load().modbus.not_measured)


def test_an_address_of_another_machine_cannot_be_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_STATION__BIND", "192.0.2.1")
    assert address_problems(load()) == [
        'station.bind: 192.0.2.1 is no address of this machine ("ip address" lists them; 0.0.0.0 is all of them)'
    ]


def test_a_host_that_nobody_knows_cannot_be_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_STATION__BIND", "no-such-host.invalid")
    assert address_problems(load()) == [
        "station.bind: no-such-host.invalid is no address and no known host name",
    ]


def test_an_address_of_http_alone_is_named_by_its_own_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNICORN_BIND", "192.0.2.1:5000")
    assert [line.split(":")[0] for line in address_problems(load())] == ["GUNICORN_BIND"]
    monkeypatch.delenv("GUNICORN_BIND")
    monkeypatch.setenv("VISION_HTTP__BIND", "192.0.2.1")
    assert [line.split(":")[0] for line in address_problems(load())] == ["http.bind"]


def test_two_servers_cannot_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_HTTP__PORT", "5020")
    assert address_problems(load()) == ["modbus.port: 5020 is the port of http.port already"]
