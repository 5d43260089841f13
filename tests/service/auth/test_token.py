"""The token file, the sessions and the guessing."""

import hashlib
from pathlib import Path

import pytest

from service.auth.sessions import LIFETIME_S, MOST, Sessions
from service.auth.token import load_session_secret, load_token, station_id
from service.auth.tries import Tries

ANN = ("ann", "the stamp of ann's role and password")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_token_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    token = load_token(tmp_path / "data")
    path = tmp_path / "data" / "token"
    assert len(token) == 43
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_token(tmp_path / "data") == token
    assert [p.name for p in path.parent.iterdir()] == ["token"]


def test_two_stations_have_two_tokens(tmp_path: Path) -> None:
    assert load_token(tmp_path / "a") != load_token(tmp_path / "b")


def test_token_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-that-was-copied-here-by-hand\n")
    (tmp_path / "token").chmod(0o644)
    assert load_token(tmp_path) == "a-token-that-was-copied-here-by-hand"
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe" * 30], ids=["empty", "cut short", "no text"])
def test_broken_token_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    assert len(load_token(tmp_path)) == 43


def test_station_id_is_eight_hex_digits_of_its_own() -> None:
    assert len(station_id("a")) == 8
    assert int(station_id("a"), 16) >= 0
    assert station_id("a") != station_id("b")


def test_session_ends_after_its_life_and_not_before(tmp_path: Path) -> None:
    clock = Clock()
    sessions = Sessions(tmp_path, "t", clock)
    session = sessions.begin(*ANN)
    clock.now += LIFETIME_S - 1
    assert sessions.find(session)
    clock.now += 1
    assert not sessions.find(session)


def test_sessions_of_another_token_are_not_taken_over(tmp_path: Path) -> None:
    before = Sessions(tmp_path, "old token")
    before.load()
    session = before.begin(*ANN)
    before.save()
    for token, known in (("old token", True), ("new token", False)):
        after = Sessions(tmp_path, token)
        after.load()
        assert (after.find(session) is not None) is known


def test_a_session_is_good_under_the_secret_that_it_began_with(tmp_path: Path) -> None:
    before = Sessions(tmp_path, "t")
    before.load()
    session = before.begin(*ANN)
    before.save()
    assert (tmp_path / "session.secret").stat().st_mode & 0o777 == 0o600
    assert load_session_secret(tmp_path) != load_token(tmp_path)
    kept = (tmp_path / "sessions.json").read_text()
    assert session not in kept
    assert hashlib.sha256(session.encode()).hexdigest() not in kept
    (tmp_path / "session.secret").unlink()  # whoever takes it away signs everybody out
    after = Sessions(tmp_path, "t")
    after.load()
    assert not after.find(session)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"token": 1}', '{"token": "x", "sessions": []}', '{"token": 1, "until": {}}', "\0"]
)
def test_broken_session_file_is_no_session(tmp_path: Path, content: str) -> None:
    (tmp_path / "sessions.json").write_text(content)
    sessions = Sessions(tmp_path, "t")
    sessions.load()
    assert not sessions.find("")


def test_the_oldest_session_makes_room(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, "t")
    begun = [sessions.begin(*ANN) for _ in range(MOST + 1)]
    assert [sessions.find(s) is not None for s in (begun[0], begun[1], begun[-1])] == [False, True, True]


def test_ten_tries_a_minute_for_each_address() -> None:
    clock = Clock()
    tries = Tries(clock)
    assert [tries.wait_s("10.0.0.5") for _ in range(10)] == [0.0] * 10
    assert tries.wait_s("10.0.0.5") == 60
    assert tries.wait_s("10.0.0.6") == 0
    clock.now += 60
    assert tries.wait_s("10.0.0.5") == 0
