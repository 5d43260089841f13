"""Every option of the installed Gunicorn has its place: honoured, one of our settings, or refused with a reason."""

import sys
from pathlib import Path

import pytest
from gunicorn.config import KNOWN_SETTINGS, Config

from service.gunicorn_options import BY_VARIABLE, OPTIONS, RESERVED, Option, refused_on_command_line
from service.settings import GunicornSettings, Settings, SettingsError, load
from service.settings.table import settings_table

pytestmark = pytest.mark.usefixtures("nothing_given")
HONOURED = [option for option in OPTIONS.values() if option.setting == f"gunicorn.{option.name}"]
OURS = [option for option in OPTIONS.values() if option.setting and option not in HONOURED]
REFUSED = [option for option in OPTIONS.values() if not option.setting]


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load()
    return caught.value.problems


def test_none_is_missing_and_none_is_invented() -> None:
    assert {setting.name for setting in KNOWN_SETTINGS} == set(OPTIONS)


def test_each_name_of_gunicorns_command_line_is_known_as_a_variable() -> None:
    for setting in KNOWN_SETTINGS:
        for word in setting.cli or ():
            name = f"GUNICORN_{word[2:].replace('-', '_').upper()}"
            if word.startswith("--") and name not in RESERVED:
                assert BY_VARIABLE[name].name == setting.name, word


def test_the_section_has_what_is_honoured_and_nothing_else() -> None:
    assert {option.name for option in HONOURED} == set(GunicornSettings.model_fields)


@pytest.mark.parametrize("option", OURS, ids=lambda option: option.name)
def test_what_is_ours_names_settings_that_there_are(option: Option) -> None:
    named = {setting.name for setting in settings_table()}
    assert set(option.setting.split(" and ")) <= named
    assert not option.why


@pytest.mark.parametrize("option", HONOURED, ids=lambda option: option.name)
def test_gunicorn_takes_our_default_and_our_bounds(option: Option) -> None:
    default = getattr(GunicornSettings(), option.name)
    if default != "":
        Config().set(option.name, default)


@pytest.mark.parametrize("option", REFUSED, ids=lambda option: option.name)
def test_a_refused_one_stops_the_start_with_its_reason(monkeypatch: pytest.MonkeyPatch, option: Option) -> None:
    for variable in option.variables:
        monkeypatch.setenv(variable, "something")
        expected = f"environment: {variable}: something: {option.why}; unset it"
        assert problems() == [expected]
        monkeypatch.delenv(variable)
    assert len(option.why) > 20


@pytest.mark.parametrize("option", [option for option in REFUSED if option.holds], ids=lambda option: option.name)
def test_what_is_so_anyway_may_be_said(monkeypatch: pytest.MonkeyPatch, option: Option) -> None:
    for value in (*option.holds, ""):
        monkeypatch.setenv(option.variables[0], value)
        assert load() == load()


def test_variables_of_gunicorn_set_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "GUNICORN_TIMEOUT": "20",
        "GUNICORN_KEEP_ALIVE": "5",
        "GUNICORN_ACCESS_LOGFILE": "-",
        "GUNICORN_CAPTURE_OUTPUT": "true",
        "GUNICORN_WORKER_CONNECTIONS": "50",
        "GUNICORN_LIMIT_REQUEST_FIELD_SIZE": "1024",
        "GUNICORN_FORWARDED_ALLOW_IPS": "10.0.0.7, 10.1.0.0/16",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.gunicorn.timeout, settings.gunicorn.keepalive, settings.gunicorn.accesslog) == (20, 5, "-")
    assert (settings.http.max_connections, settings.http.limit_request_field_size) == (50, 1024)
    assert settings.http.forwarded_allow_ips == ("10.0.0.7", "10.1.0.0/16")


def test_our_own_name_stands_over_gunicorns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNICORN_WORKER_CONNECTIONS", "50")
    monkeypatch.setenv("VISION_HTTP__MAX_CONNECTIONS", "60")
    assert load().http.max_connections == 60


def test_a_variable_stands_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text('[gunicorn]\ntimeout = 30\naccesslog = "access.log"\n')
    monkeypatch.setenv("CONFIG_PATH", "station.toml")
    monkeypatch.setenv("GUNICORN_TIMEOUT", "40")
    assert (load().gunicorn.timeout, load().gunicorn.accesslog) == (40, "access.log")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("GUNICORN_TIMEOUT", "1", 'gunicorn.timeout: must be a whole number, 3 to 600; found "1"'),
        ("GUNICORN_TIMEOT", "1", "unknown; did you mean GUNICORN_TIMEOUT?"),
        ("GUNICORN_QQ", "1", "Gunicorn has no such option; docs/configuration.md lists all"),
        ("GUNICORN_PID", "a.pid", "Gunicorn uses this name itself: set GUNICORN_PIDFILE"),
        ("GUNICORN_FORWARDED_ALLOW_IPS", "*", "'*' is no IP address or network, e.g. 10.0.0.7 or 10.0.0.0/24"),
        ("GUNICORN_ACCESS_LOG_FORMAT", "%(h)s %(x)s", "there is no %(x)s; there are h, l, u, t, r, s, m, U"),
        ("GUNICORN_ACCESS_LOG_FORMAT", "%h", "'%h' is no %(name)s; %(h)s is the remote address, %% a percent sign"),
        ("VISION_HTTP__CORS_ORIGINS", '["*"]', 'must be an origin, e.g. https://mes.example:8443, never *; found "*"'),
        ("VISION_HTTP__CORS_ORIGINS", '["https://a.b/c"]', "must be an origin"),
    ],
)
def test_a_wrong_value_is_said(monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str) -> None:
    monkeypatch.setenv(name, value)
    (said,) = problems()
    assert said.startswith(f"environment: {name}: ")
    assert line in said


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("workers = 2", "gunicorn.workers: not here: a station has one worker, because one process owns the camera"),
        ("worker_connections = 9", "gunicorn.worker_connections: is http.max_connections here"),
        ("timeot = 9", "gunicorn.timeot: unknown; did you mean gunicorn.timeout?"),
    ],
)
def test_a_foreign_key_in_the_file_is_explained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str, said: str
) -> None:
    (tmp_path / "station.toml").write_text(f"[gunicorn]\n{entry}\n")
    monkeypatch.setenv("CONFIG_PATH", "station.toml")
    assert problems() == [f"station.toml: {said}"]


def test_cors_is_closed_by_default() -> None:
    assert Settings().http.cors_origins == ()


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["-c", "gunicorn.conf.py", "--timeout", "20", "--pid", "x", "--workers", "1", "service.app:factory"], []),
        (["-w", "2"], ["--workers: a station has one worker, because one process owns the camera; take it out"]),
        (["-b", "0.0.0.0:5000"], ["--bind: is http.bind and http.port here: set that, or GUNICORN_BIND"]),
        (
            ["--worker-connections", "10", "--preload"],
            [
                "--worker-connections: is http.max_connections here: set that, or GUNICORN_WORKER_CONNECTIONS",
                "--preload: a reload could not load new code; take it out",
            ],
        ),
    ],
)
def test_gunicorns_command_line(monkeypatch: pytest.MonkeyPatch, arguments: list[str], lines: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["gunicorn", *arguments])
    assert sorted(refused_on_command_line({})) == sorted(lines)
    monkeypatch.setattr(sys, "argv", ["gunicorn"])
    assert sorted(refused_on_command_line({"GUNICORN_CMD_ARGS": " ".join(arguments)})) == sorted(lines)
