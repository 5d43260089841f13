"""From which level on loggers speak."""

import logging
from collections.abc import Callable

import pytest

from service.logs.levels import NoSuchLogger
from tests.service.logs.conftest import Logged


def spoken(logged: Logged, logger: str) -> list[str]:
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger(logger).log(level, "at %d", level)
    return [line["level"] for line in logged.lines(logger)]


def test_the_settings_say_for_all_and_for_single_loggers(make_log: Callable[..., Logged]) -> None:
    logged = make_log(level="warning", levels={"service.camera_keeper": "debug", "pymodbus": "critical"})
    assert spoken(logged, "service.line") == ["warning", "error"]
    assert spoken(logged, "service.camera_keeper") == ["debug", "info", "warning", "error"]
    assert spoken(logged, "pymodbus.server") == []


def test_libraries_are_never_louder_than_all(make_log: Callable[..., Logged]) -> None:
    logged = make_log(level="error")
    assert spoken(logged, "asyncua.client") == ["error"]
    assert spoken(logged, "asyncua.uaprotocol") == []


def test_a_level_is_changed_and_taken_back(logged: Logged) -> None:
    levels = logged.log.levels
    logging.getLogger("service.test_levels.one")
    assert levels.set("service.test_levels", "debug") == "as all"
    assert spoken(logged, "service.test_levels.one") == ["debug", "info", "warning", "error"]
    assert levels.changed == {"service.test_levels": "debug"}
    assert levels.set("service.test_levels", None) == "debug"
    assert spoken(logged, "service.test_levels.one")[4:] == ["info", "warning", "error"]
    assert levels.set("", "error") == "info"
    assert spoken(logged, "service.test_levels.one")[7:] == ["error"]
    levels.set("", None)
    assert levels.in_force[""] == "info"


def test_a_name_that_nothing_has_is_refused_with_the_one_that_is_meant(logged: Logged) -> None:
    logging.getLogger("service.camera_keeper")
    with pytest.raises(NoSuchLogger, match=r"'service\.camera_keper'; did you mean 'service\.camera_keeper'\?"):
        logged.log.levels.set("service.camera_keper", "debug")
    with pytest.raises(NoSuchLogger, match="for example"):
        logged.log.levels.set("qqq", "debug")
    assert "qqq" not in logging.root.manager.loggerDict
