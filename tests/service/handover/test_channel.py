"""What two generations say to each other, and what they hand across."""

import asyncio
import os
import signal
import socket
import subprocess
import sys

import pytest

from service.handover.channel import Channel, Gone, batches, door, name_of


async def pair() -> tuple[Channel, Channel]:
    with door() as listener:
        there = Channel.to(name_of(listener))
        sock, _ = await asyncio.get_running_loop().sock_accept(listener)
    return there, Channel(sock)


def caller(name: str, before: str = "pass") -> "subprocess.Popen[bytes]":
    """Another process that connects, and waits until it is hung up on."""
    code = f"import socket\n{before}\ns = socket.socket(1, 5); s.connect('\\x00{name}'); s.recv(1)"
    return subprocess.Popen([sys.executable, "-c", code])


async def test_sockets_come_with_the_words_about_them() -> None:
    there, here = await pair()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        await there.send({"read": ["00ff"]}, [server])
        message, (taken,) = await here.receive(60)
        assert message == {"read": ["00ff"]}
        assert taken.getsockname() == server.getsockname()
        taken.close()
    there.close()
    with pytest.raises(Gone):
        await here.receive(60)
    with pytest.raises(Gone):
        await here.send({})
    here.close()


async def test_more_than_the_kernel_holds_waits_for_the_reader() -> None:
    there, here = await pair()
    words = "x" * 100_000
    sending = asyncio.ensure_future(_send_all(there, words))
    for _ in range(20):
        assert (await here.receive(60))[0]["words"] == words
    await sending
    there.close()
    here.close()


async def _send_all(channel: Channel, words: str) -> None:
    for _ in range(20):
        await channel.send({"words": words})


async def test_the_other_process_is_known_and_can_be_ended() -> None:
    with door() as listener:
        process = caller(name_of(listener))
        sock, _ = await asyncio.get_running_loop().sock_accept(listener)
    channel = Channel(sock)
    assert channel.peer == process.pid
    assert not await channel.ended(0.01)
    await channel.kill()
    assert process.wait(60) == -signal.SIGKILL
    assert await channel.ended(5)
    channel.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
async def test_another_user_is_turned_away() -> None:
    with door() as listener:
        process = caller(name_of(listener), "import os; os.setuid(65534)")
        sock, _ = await asyncio.get_running_loop().sock_accept(listener)
        with pytest.raises(PermissionError, match="belongs to user 65534"):
            Channel(sock)
        assert process.wait(60) == 0, "its connection is closed"


def test_nobody_is_left_out_of_a_batch() -> None:
    connections = [(number, b"") for number in range(70)]
    assert [len(batch) for batch in batches(connections)] == [32, 32, 6]
    assert [one for batch in batches(connections) for one in batch] == connections
