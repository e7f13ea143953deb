"""How many flow samples per CPU-second the decoder reads: `python -m bench.sflow`.

Three kinds of traffic of a million samples each, seven per datagram, always the same octets:
what an exchange sees (1 % BGP), traffic made to defeat the search for port 179 (those octets in
every payload), and nothing but BGP.
"""

from collections.abc import Callable
from random import Random
from time import process_time

from app.domain.sflow.datagram import decode
from app.domain.sflow.encode import bgp_message, flow_datagram, flow_sample, tcp_frame

SAMPLES = 1_000_000
PER_DATAGRAM = 7
DIFFERENT = 700  # datagrams made; they are read again and again
KEEPALIVE = bgp_message(4)


def frame(random: Random, *, bgp: bool, payload: bytes) -> bytes:
    """A TCP segment between two members of a LAN; web traffic unless `bgp`."""
    a, b = random.sample(range(1, 255), 2)
    six = random.random() < 0.3
    ends = (f"2001:db8::{a:x}", f"2001:db8::{b:x}") if six else (f"192.0.2.{a}", f"192.0.2.{b}")
    port = 179 if bgp else 443
    tags = random.choice([(), (100,)])
    return tcp_frame(*ends, random.randrange(32768, 61000), port, payload=payload, tags=tags)


def ordinary(random: Random) -> bytes:
    bgp = random.random() < 0.01
    payload = KEEPALIVE if bgp else random.randbytes(100).replace(b"\x00\xb3", b"\x00\xb2")
    return frame(random, bgp=bgp, payload=payload)


def adverse(random: Random) -> bytes:
    bgp = random.random() < 0.01
    payload = random.randbytes(40) + b"\x00\xb3" + random.randbytes(60)
    return frame(random, bgp=bgp, payload=KEEPALIVE if bgp else payload)


def only_bgp(random: Random) -> bytes:
    return frame(random, bgp=True, payload=KEEPALIVE)


def measure(make: Callable[[Random], bytes]) -> tuple[float, int]:
    """Samples per CPU-second, and how many of the million were BGP."""
    random = Random(179)
    datagrams = [
        flow_datagram(
            "198.51.100.1",
            [flow_sample(make(random), sequence=n, rate=1024) for n in range(PER_DATAGRAM)],
        )
        for _ in range(DIFFERENT)
    ]
    rounds = SAMPLES // (DIFFERENT * PER_DATAGRAM)
    samples = bgp = 0
    start = process_time()
    for _ in range(rounds):
        for datagram in datagrams:
            read = decode(datagram)
            samples += read.flow_samples
            bgp += len(read.bgp)
    return samples / (process_time() - start), bgp


def main() -> None:
    print("samples per CPU-second, and BGP among a million")
    for name, make in (("ordinary", ordinary), ("adverse", adverse), ("only BGP", only_bgp)):
        speed, bgp = measure(make)
        print(f"{name:10} {speed:12,.0f} {bgp:10,}")


if __name__ == "__main__":
    main()
