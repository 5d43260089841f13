"""Users, their roles, and what of a password is kept."""

import itertools
import stat
from pathlib import Path

import pytest
from asyncua import ua

from protocols import tags
from protocols.opcua.certificate import ensure_certificate
from protocols.opcua.rights import RIGHTS, right_for
from protocols.rights import SETTINGS
from protocols.tag import COMMAND
from service.auth.permissions import ALLOWED, Action, Role, action_for, may
from service.auth.users import FILE, UserError, Users

PASSWORD = "correct horse battery"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path)


def test_a_user_is_known_by_password_and_by_nothing_else(users: Users, tmp_path: Path) -> None:
    users.add("ann", Role.ENGINEER, PASSWORD)
    found = users.by_password("ann", PASSWORD)
    assert found
    assert (found.name, found.role) == ("ann", Role.ENGINEER)
    assert users.by_password("ann", PASSWORD + " ") is None
    assert users.by_password("bob", PASSWORD) is None
    assert users.by_secret("ann", "") is None
    assert PASSWORD not in (tmp_path / FILE).read_text()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_secret_is_for_programs_and_the_last_one_counts(users: Users) -> None:
    users.add("ignition", Role.SCADA)
    first = users.new_secret("ignition")
    second = users.new_secret("ignition")
    assert users.by_secret("ignition", first) is None
    found = users.by_secret("ignition", second)
    assert found
    assert found.role is Role.SCADA
    assert users.by_password("ignition", "") is None
    assert users.by_password("ignition", second) is None


def test_a_certificate_is_one_users_and_no_other_file_is_one(users: Users, tmp_path: Path) -> None:
    users.add("ann", Role.ENGINEER)
    users.add("bob", Role.OPERATOR)
    cert, key, _ = ensure_certificate(tmp_path / "ann", "ann", [])
    users.set_certificate("ann", cert.read_bytes())
    found = Users(tmp_path).by_certificate(cert.read_bytes())
    assert found
    assert found.name == "ann"
    with pytest.raises(UserError, match="this certificate is user 'ann': each user needs a certificate of their own"):
        users.set_certificate("bob", cert.read_bytes())
    with pytest.raises(UserError, match="bytes that are no certificate in DER or PEM"):
        users.set_certificate("bob", key.read_bytes())
    users.set_certificate("ann", b"")
    assert users.by_certificate(cert.read_bytes()) is None
    assert users.by_certificate(b"") is None


def test_users_outlive_the_process_and_are_seen_by_a_running_one(users: Users, tmp_path: Path) -> None:
    users.add("ann", Role.OPERATOR, PASSWORD)
    other = Users(tmp_path)
    assert [account.name for account in other.accounts] == ["ann"]
    other.set_role("ann", Role.ADMINISTRATOR)
    other.add("bob", Role.OBSERVER)
    users.refresh()
    assert [(a.name, a.role) for a in users.accounts] == [("ann", Role.ADMINISTRATOR), ("bob", Role.OBSERVER)]
    users.remove("ann")
    assert other.by_password("ann", PASSWORD) is None


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("", PASSWORD, "'' is no user name"),
        ("a b", PASSWORD, "'a b' is no user name"),
        ("x" * 65, PASSWORD, "is no user name"),
        ("station", PASSWORD, "there is a user 'station' already"),
        ("ann", "short", "a password has 10 to 256 characters, this one has 5"),
        ("ann", "x" * 257, "a password has 10 to 256 characters, this one has 257"),
    ],
)
def test_what_cannot_be_a_user_is_refused_in_words(users: Users, name: str, password: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        users.add(name, Role.OBSERVER, password)
    assert users.accounts == []


def test_a_user_that_is_not_there_is_named(users: Users) -> None:
    for change in (
        lambda: users.remove("ann"),
        lambda: users.set_role("ann", Role.ADMINISTRATOR),
        lambda: users.new_secret("ann"),
    ):
        with pytest.raises(UserError, match="there is no user 'ann'"):
            change()


def test_a_damaged_file_says_what_to_do(users: Users, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{]")
    with pytest.raises(UserError, match=r"holds no users .*put it back from a backup"):
        Users(tmp_path)


def test_every_right_of_opcua_stands_in_the_table() -> None:
    assert {*RIGHTS.values(), SETTINGS} <= set(Action)


def test_each_role_may_what_the_one_below_it_may() -> None:
    people = (Role.OBSERVER, Role.OPERATOR, Role.ENGINEER, Role.ADMINISTRATOR)
    for lower, higher in itertools.pairwise(people):
        assert ALLOWED[lower] < ALLOWED[higher]
    assert not may(Role.ENGINEER, Action.USERS)
    assert not may(Role.SCADA, Action.RECIPES)
    assert not may(Role.ADMINISTRATOR, "what nobody thought of")


def test_each_command_of_the_flat_tags_asks_for_a_right_of_its_own() -> None:
    commands = [tag.node for tag in tags.ALL if tag.node and tag.access is COMMAND and tag.node.startswith("Cmd.")]
    assert "Cmd.LatchLot" in commands
    assert {name for name in commands if right_for(ua.NodeId(name, 2)) == SETTINGS} == set()


def test_an_operator_pins_results_and_an_engineer_or_a_program_takes_them_away() -> None:
    pin, unpin = action_for("POST", "/api/v1/pins/7"), action_for("DELETE", "/api/v1/pins/7")
    for asked in (pin, unpin):
        assert may(Role.OPERATOR, asked)
        assert not may(Role.OBSERVER, asked)
    export = action_for("POST", "/api/v1/exports")
    assert [role for role in Role if may(role, export)] == [Role.ENGINEER, Role.ADMINISTRATOR, Role.SCADA]
    assert may(Role.OBSERVER, action_for("GET", "/api/v1/storage"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "uploads"),
        ("DELETE", "uploads/0123456789ab"),
        ("POST", "evaluations"),
        ("DELETE", "evaluations/3"),
        ("POST", "recipes/1/label"),
        ("POST", "recipes/1/calibration"),
        ("DELETE", "recipes/1/references/good"),
        ("POST", "recipes/1/archive"),
    ],
)
def test_an_engineer_teaches_and_an_observer_looks_on(method: str, path: str) -> None:
    asked = action_for(method, f"/api/v1/{path}")
    assert [role for role in Role if may(role, asked)] == [Role.ENGINEER, Role.ADMINISTRATOR]
    assert may(Role.OBSERVER, action_for("GET", f"/api/v1/{path}"))


@pytest.mark.parametrize("what", ["acknowledge", "confirm", "comment"])
def test_an_operator_answers_alarms_and_an_observer_reads_them(what: str) -> None:
    asked = action_for("POST", f"/api/v1/alarms/101/{what}")
    assert may(Role.OPERATOR, asked)
    assert not may(Role.OBSERVER, asked)
    assert may(Role.OBSERVER, action_for("GET", "/api/v1/alarms"))
