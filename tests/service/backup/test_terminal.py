"""What a person sees and types."""

import getpass
import io
import sys
from collections.abc import Callable

import pytest
from rich.console import Console
from rich.progress import Progress

from service.backup.reading import Archive
from service.backup.showing import Bars
from tests.service.backup.conftest import PASSPHRASE, Home


def test_a_bar_for_each_part_of_the_work() -> None:
    out = io.StringIO()
    with Progress(console=Console(file=out, force_terminal=True, width=80)) as bars:
        tell = Bars(bars)
        for what in ("database", "check"):
            for done in (0, 50, 100):
                tell(what, done, 100)
    shown = out.getvalue()
    assert "database" in shown
    assert "check" in shown
    assert shown.count("100%") >= 2


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What the person types, line after line."""

    def type_(*lines: str) -> None:
        left = iter(lines)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(getpass, "getpass", lambda _: next(left))

    return type_


def test_the_passphrase_is_asked_for_twice_and_once_to_open(
    home: Home, typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(PASSPHRASE, PASSPHRASE)
    path = home.backup("--ask")
    with Archive(path) as archive:
        assert archive.unseal(PASSPHRASE).host_name
    typed(PASSPHRASE)
    assert home.run("restore", str(path), "--check") == 0
    typed(PASSPHRASE, "another passphrase")
    assert home.run("backup", "--ask") == 1
    assert "the two passphrases differ" in capsys.readouterr().err


def test_without_a_terminal_nobody_is_asked(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.run("backup", "--ask") == 1
    assert "give --passphrase-file" in capsys.readouterr().err
