"""The production checklist: each point done, open and vouched for."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.auth.token import load_session_secret, load_token
from service.backup import shelf
from service.cli import main
from service.doctor.checkup import Subject
from service.doctor.production import POINTS, Entry, State, go_through
from service.doctor.production.firewall import filters_input
from service.generations import RunState
from service.settings import Settings, SettingsError, load
from service.settings.production import ProductionSettings

OPEN_PORTS = {"station": {"bind": "0.0.0.0"}}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Subject]:
    """A station with these settings that has been started once; it runs as this process."""
    data = tmp_path / "data"
    load_token(data)
    load_session_secret(data)
    data.chmod(0o750)

    def made(**sections: dict[str, object]) -> Subject:
        station = {"data_folder": str(data), "recipe_folder": str(tmp_path)} | sections.pop("station", {})
        settings = Settings.model_validate({"station": station} | sections)
        state = RunState(os.getpid(), alive=1, worker=os.getpid())
        return Subject(settings, running=state, not_ready={}, root=tmp_path)

    return made


def point(name: str, subject: Subject) -> Entry:
    (entry,) = go_through(subject, [each for each in POINTS if each.name == name])
    return entry


def test_secrets_are_made_and_closed(make: Callable[..., Subject], tmp_path: Path) -> None:
    subject = make()
    assert point("secrets", subject).state is State.DONE
    secret = tmp_path / "data" / "session.secret"
    secret.chmod(0o640)
    assert f"chmod 600 {secret}" in point("secrets", subject).remedy
    secret.unlink()
    entry = point("secrets", subject)
    assert (entry.state, str(secret) in entry.seen) == (State.OPEN, True)
    secret.write_text("short")
    secret.chmod(0o600)
    assert "too short" in point("secrets", subject).seen


def test_root_is_never_accepted(make: Callable[..., Subject]) -> None:
    entry = point("user", make())
    assert entry.state is (State.OPEN if os.geteuid() == 0 else State.DONE)
    with pytest.raises(ValueError, match="accepted"):
        ProductionSettings.model_validate({"accepted": {"user": "it has always been root here"}})


def test_a_data_folder_that_everybody_may_enter(make: Callable[..., Subject], tmp_path: Path) -> None:
    assert point("file_modes", make()).state is State.DONE
    (tmp_path / "data").chmod(0o755)
    entry = point("file_modes", make())
    assert (entry.state, entry.remedy) == (State.OPEN, f"chmod 750 {tmp_path / 'data'}")


def test_settings_that_everybody_may_write(make: Callable[..., Subject], tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.touch()
    config.chmod(0o666)
    assert f"chmod 664 {config}" in point("file_modes", replace(make(), config=config)).remedy


RULES = "table inet filter {{\n chain input {{\n  type filter hook input priority 0;{}\n }}\n}}\n"


@pytest.mark.parametrize(
    ("rules", "filters"),
    [
        ("", False),
        (RULES.format(" policy accept;"), False),
        (RULES.format(" policy drop;"), True),
        (RULES.format("\n  tcp dport 5020 reject with tcp reset"), True),
        (RULES.format("").replace("input", "forward") + RULES.format(""), False),
        ("chain input { type filter hook input priority 0; }\nchain forward { hook forward; policy drop; }", False),
    ],
)
def test_rules_that_refuse_something_on_the_way_in(rules: str, filters: bool) -> None:
    assert filters_input(rules) is filters


def test_firewall(make: Callable[..., Subject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no nft
    assert point("firewall", make()).state is State.DONE
    assert point("firewall", make(**OPEN_PORTS)).state is State.OPEN
    (tmp_path / "etc/ufw").mkdir(parents=True)
    (tmp_path / "etc/ufw/ufw.conf").write_text("ENABLED=no\n")
    assert point("firewall", make(**OPEN_PORTS)).state is State.OPEN
    (tmp_path / "etc/ufw/ufw.conf").write_text("ENABLED=yes\n")
    assert point("firewall", make(**OPEN_PORTS)).seen == "ufw is set up on this machine"
    (tmp_path / "etc/ufw/ufw.conf").unlink()
    wants = tmp_path / "etc/systemd/system/sysinit.target.wants"
    wants.mkdir(parents=True)
    (wants / "nftables.service").symlink_to("/usr/lib/systemd/system/nftables.service")
    (tmp_path / "etc/nftables.conf").write_text(RULES.format(" policy drop;"))
    assert point("firewall", make(**OPEN_PORTS)).seen == "nftables is set up on this machine"


def certificate(folder: Path, days: int) -> Path:
    """Of an authority of its own, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "station")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days))
    path = folder / "tls.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    path.chmod(0o600)
    return path


def test_encryption(make: Callable[..., Subject], tmp_path: Path) -> None:
    assert point("tls", make()).state is State.DONE
    assert "unencrypted" in point("tls", make(**OPEN_PORTS)).seen
    for days, state in ((365, State.DONE), (20, State.OPEN)):
        tls = {"certfile": str(certificate(tmp_path, days))}
        assert point("tls", make(**OPEN_PORTS, gunicorn=tls)).state is state
    open_opcua = point("tls", make(**OPEN_PORTS, http={"bind": "127.0.0.1"}, opcua={"policy_none": True}))
    assert (open_opcua.state, "OPC UA" in open_opcua.seen) == (State.OPEN, True)
    behind = make(station={"bind": "0.0.0.0"}, http={"bind": "127.0.0.1"})
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/tcp").write_text("  sl  local\n   0: 00000000:01BB 00000000:0000 0A 0 0\n")
    assert "a proxy with TLS listens" in point("tls", behind).seen


def test_the_key_of_https_is_a_secret(make: Callable[..., Subject], tmp_path: Path) -> None:
    path = certificate(tmp_path, 365)
    path.chmod(0o644)
    assert f"others may read {path}" in point("secrets", make(gunicorn={"certfile": str(path)})).seen


def test_origins(make: Callable[..., Subject]) -> None:
    assert point("cors", make()).seen == "none may"
    assert point("cors", make(http={"cors_origins": ["https://mes.example"]})).state is State.DONE
    assert point("cors", make(http={"cors_origins": ["http://mes.example"]})).state is State.OPEN
    assert point("cors", make(http={"forwarded_allow_ips": ["0.0.0.0/0"]})).state is State.OPEN


def test_a_log_file_needs_a_rule(make: Callable[..., Subject], tmp_path: Path) -> None:
    subject = make(log={"file": "/var/log/vision-inspection/station.log"})
    subject = replace(subject, running=None)
    assert "no rule of logrotate covers /var/log/vision-inspection/station.log" in point("log_rotation", subject).seen
    (tmp_path / "etc/logrotate.d").mkdir(parents=True)
    rules = Path("deploy/logrotate/vision-inspection").read_text()
    (tmp_path / "etc/logrotate.d/vision-inspection").write_text(rules)
    assert "no rule" not in point("log_rotation", subject).seen
    other = make(gunicorn={"accesslog": "/srv/access.log"})
    assert "/srv/access.log" in point("log_rotation", other).seen


def test_health(make: Callable[..., Subject]) -> None:
    sick = replace(make(), not_ready={"store": "the disk is full"})
    assert "/readyz: store: the disk is full" in point("health_checks", sick).seen
    assert point("health_checks", replace(make(), running=None)).state is State.OPEN


def test_what_the_plant_vouches_for_is_accepted_with_its_reason(make: Callable[..., Subject]) -> None:
    assert point("error_tracking", make()).state is State.OPEN
    entry = point("error_tracking", make(production={"accepted": {"error_tracking": "read in the journal daily"}}))
    assert (entry.state, entry.seen.startswith("read in the journal daily")) == (State.ACCEPTED, True)
    assert point("error_tracking", make(log={"sentry_dsn": "https://key@sentry.example/3"})).state is State.DONE


def test_a_prometheus_that_does_not_answer(make: Callable[..., Subject]) -> None:
    assert point("alerts", make()).state is State.OPEN
    entry = point("alerts", make(production={"prometheus": "http://127.0.0.1:9"}))
    assert (entry.state, "does not answer" in entry.seen) == (State.OPEN, True)


def test_age_of_the_backup(make: Callable[..., Subject], tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("correct horse")
    (tmp_path / "passphrase").chmod(0o600)
    settings = {"folder": str(tmp_path / "backups"), "passphrase_file": str(tmp_path / "passphrase")}
    assert "no backup is set up" in point("backup", make(backup=settings)).seen
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / shelf.archive_name("Station 1", datetime.now(UTC) - timedelta(hours=60))).touch()
    assert "2.5 days old" in point("backup", make(backup=settings)).seen
    assert (
        "the last scheduled backup was not made as set" in point("backup", make(backup=settings | {"every_h": 24})).seen
    )
    assert point("backup", make(backup=settings | {"every_h": 48})).state is State.DONE
    (folder / shelf.archive_name("Station 1", datetime.now(UTC))).touch()
    assert point("backup", make(backup=settings)).state is State.DONE
    (tmp_path / "passphrase").chmod(0o644)
    assert "everybody may read" in point("backup", make(backup=settings)).seen
    del settings["passphrase_file"]
    assert "are in no backup" in point("backup", make(backup=settings)).seen


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of this process."""
    monkeypatch.setenv("CONFIG_PATH", str(tmp_path / "station.toml"))
    return tmp_path / "station.toml"


def test_settings_that_do_not_hold_leave_points_open(shell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell.write_text("[modbus]\nport = 0\n")
    assert main(["doctor", "--production", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told["points"]] == [each.name for each in POINTS]
    assert told["points"][0]["state"] == "open"
    assert "modbus.port" in told["points"][0]["seen"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('accepted = { user = "it is root by tradition" }', "nobody can vouch for user; for these points: firewall"),
        ('accepted = { firewall = "yes" }', "10 to 200 characters"),
        ('prometheus = "10.0.0.3:9090"', "must be an address without a password"),
    ],
)
def test_what_cannot_be_vouched_for_is_refused(shell: Path, settings: str, says: str) -> None:
    shell.write_text(f"[production]\n{settings}\n")
    with pytest.raises(SettingsError) as caught:
        load()
    assert says in str(caught.value)
