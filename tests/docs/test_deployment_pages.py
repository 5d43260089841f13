"""What the pages on nginx, containers and scaling tell an administrator to write and to type."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from service.settings import Settings
from tests.conftest import ROOT
from tests.nginx import PROGRAM

COMPOSE = ROOT / "deploy/container/compose.yaml"
# `sudo` is not needed; what a package or the service manager would do is left out.
TYPED = 'set -e; sudo() { "$@"; }; apt-get() { :; }; systemctl() { :; }\n'
# In a mount and network namespace of its own: /etc/nginx and /var/lib/nginx are copies, ports 80 and 443 are free.
APART = 'mount --bind "$1" /etc/nginx; mount --bind "$2" /var/lib/nginx; mount -t tmpfs none /run; eval "$3"'


def blocks(page: str, language: str = "") -> list[str]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_settings_of_the_pages_are_settings() -> None:
    shown = [*blocks("reverse-proxy.md", "toml"), *blocks("containers.md", "toml"), *blocks("scaling.md", "toml")]
    assert len(shown) == 3
    for block in shown:
        Settings.model_validate(tomllib.loads(block))


def may_unshare() -> bool:
    return subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.interop
@pytest.mark.skipif(not PROGRAM, reason="no nginx: apt-get install nginx-light")
def test_nginx_takes_what_the_page_installs(tmp_path: Path) -> None:
    if not may_unshare():
        pytest.skip("no namespaces here (root is needed)")
    etc, var = tmp_path / "etc", tmp_path / "var"
    shutil.copytree("/etc/nginx", etc, symlinks=True)
    (etc / "sites-enabled/default").unlink(missing_ok=True)
    var.mkdir()
    typed = TYPED + next(block for block in blocks("reverse-proxy.md") if "deploy/nginx" in block)
    command = ["unshare", "--mount", "--net", "bash", "-ec", APART, "apart", etc, var, typed]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "test is successful" in done.stderr
    assert (etc / "sites-enabled/vision-inspection.conf").exists()
    assert (etc / "tls/station.key").stat().st_mode & 0o077 == 0


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("mosquitto_passwd"), reason="no mosquitto: apt-get install mosquitto")
def test_the_secrets_are_made_as_the_page_says(tmp_path: Path) -> None:
    typed = next(block for block in blocks("containers.md") if "openssl rand" in block)
    subprocess.run(["bash", "-ec", typed], cwd=tmp_path, capture_output=True, check=True)
    named = [COMPOSE.parent / secret["file"] for secret in yaml.safe_load(COMPOSE.read_text())["secrets"].values()]
    for path in (tmp_path / path.resolve().relative_to(ROOT) for path in named):
        assert path.stat().st_size >= 32, path
        assert path.stat().st_mode & 0o044 == 0o044, "chmod 644: the engines are users of their own"
    assert (tmp_path / ".secrets").stat().st_mode & 0o077 == 0


@pytest.mark.interop
def test_a_second_station_fits_into_the_compose_file(tmp_path: Path) -> None:
    (second,) = blocks("scaling.md", "yaml")
    text = COMPOSE.read_text().replace("\n  prometheus:\n", f"\n{second}\n  prometheus:\n", 1)
    text = text.replace("\nvolumes:\n", "\nvolumes:\n  station-2:\n")
    services = yaml.safe_load(text)["services"]
    first, other = services["station"], services["station-2"]
    assert {port.split(":")[0] for port in first["ports"]}.isdisjoint(port.split(":")[0] for port in other["ports"])
    assert first.keys() == other.keys()
    (tmp_path / "compose.yaml").write_text(text)
    linter = Path(sys.executable).with_name("check-jsonschema")
    command = [linter, "--builtin-schema", "vendor.compose-spec", tmp_path / "compose.yaml"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
