"""Sends the demo's traffic to a collector, second by second."""

import socket
from collections.abc import Callable
from datetime import datetime
from threading import Event

from app.demo.traffic import Traffic
from app.workers.udp import Listen


def run(to: Listen, *, clock: Callable[[], datetime], stop: Event) -> None:
    """Send until `stop` is set. A collector that is not there yet misses what is sent."""
    traffic = Traffic()
    number = 0
    family = socket.AF_INET6 if ":" in to.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        while not stop.wait(1.0):
            for datagram in traffic.second(number, clock().timestamp()):
                out.sendto(datagram, (to.host, to.port))
            number += 1
