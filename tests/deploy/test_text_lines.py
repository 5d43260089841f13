"""Lines of text to a real station, on the event loop that Gunicorn's worker has."""

import socket
from collections.abc import Callable

import pytest

from tests.conftest import Running, free_port


def test_a_robot_is_served_and_one_too_many_is_reset(make_station: Callable[..., Running]) -> None:
    port = free_port()
    running = make_station(
        VISION_ASCII__ENABLED="true", VISION_ASCII__PORT=str(port), VISION_ASCII__MAX_CONNECTIONS="1"
    )
    running.wait_ready()
    with socket.create_connection(("127.0.0.1", port), 30) as robot, robot.makefile("rb") as lines:
        robot.sendall(b"S?\r\nT;A-17\r\n")
        assert lines.readline().startswith(b"S;1;1;1;")
        number, judgement, _, part_id = lines.readline().split(b";")[:4]
        assert (int(number), judgement in {b"PASS", b"FAIL"}, part_id.strip()) == (1, True, b"A-17")
        # Perhaps while it still connects.
        with pytest.raises(ConnectionResetError), socket.create_connection(("127.0.0.1", port), 30) as second:
            second.recv(1)
        robot.sendall(b"J?\r\n")
        assert lines.readline() == b"J1\r\n"
