"""`flask sessions collect`: where it listens, and what it refuses."""

import socket

import click
import pytest

from app.cli.collecting import ListenType
from app.workers.udp import Listen, Receiver


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        (":6343", Listen("", 6343)),
        (":0", Listen("", 0)),
        ("192.0.2.1", Listen("192.0.2.1", 6343)),
        ("192.0.2.1:7000", Listen("192.0.2.1", 7000)),
        ("[2001:db8::1]:7000", Listen("2001:db8::1", 7000)),
        ("[::]", Listen("", 6343)),
    ],
)
def test_an_address_may_be_said_in_every_usual_way(text, listen):
    assert ListenType().convert(text, None, None) == listen


@pytest.mark.parametrize("text", ["2001:db8::1", "192.0.2.1:70000", "192.0.2.1:x", "a:b:c"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(click.BadParameter, match="must look like"):
        ListenType().convert(text, None, None)


def test_a_port_that_is_taken_is_a_refusal_that_says_what_to_do(app, runner):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        result = runner.invoke(args=["sessions", "collect", "--listen", place])

    assert result.exit_code == 1
    assert f"Cannot listen at {place}" in result.stderr
    assert "--listen" in result.stderr


@pytest.mark.parametrize(("host", "sender"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1")])
def test_datagrams_come_over_both_protocols_with_their_senders(host, sender):
    receiver = Receiver(Listen("", 0))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as switch:
        for octets in (b"one", b"another", b""):
            switch.sendto(octets, (host, receiver.listen.port))
        slots = receiver.receive()

    assert slots.sizes == [3, 7, 0]
    assert slots.buffer[:3] == b"one"
    assert slots.sender(1)[-1] == 1
    assert len(slots.sender(1)) == 16
    assert receiver.kernel_drops() == 0
    receiver.close()


def test_nothing_that_arrives_is_no_trouble():
    receiver = Receiver(Listen("127.0.0.1", 0))
    assert receiver.receive() is None
    receiver.close()


def test_without_recvmmsg_datagrams_come_one_by_one():
    receiver = Receiver(Listen("127.0.0.1", 0))
    receiver._many = None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as switch:
        switch.sendto(b"one", ("127.0.0.1", receiver.listen.port))
        switch.sendto(b"two", ("127.0.0.1", receiver.listen.port))
        first, second = receiver.receive(), None
        sender = first.sender(0)
        second = receiver.receive()

    assert (first.sizes, second.sizes, sender) == ([3], [3], bytes([127, 0, 0, 1]))
    receiver.close()
