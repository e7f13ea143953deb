"""Generates an exchange of N members to measure on; the same one every time.

Two dual-stack VLANs, one connection of every member to each, a second one of every tenth. 70 % are
route-server clients, 30 % of the pairs of members peer, each on one VLAN, half of them in both
protocols. The member looked at is the first; what the others have among themselves is there because
the table must be as large as it would be. Ten switches watched both VLANs for four weeks, and the
first has a history with a fifth of the others; see bench.traces.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from flask_migrate import stamp
from sqlalchemy import create_engine, insert

from app import create_app
from app.config import Settings
from app.domain.actor import Role
from app.domain.evidence import Grade
from app.extensions import db, transaction
from app.models import Infrastructure, InterfaceAddress, Member, Vlan, VlanInterface
from app.models.base import Base
from app.services import users
from bench import traces

VLANS = 2
CLIENTS = 0.7
PEERING = 0.3
SECOND_CONNECTION = 0.1
POLICIES = ("Open",) * 6 + ("Selective",) * 3 + ("Restrictive",)
FIRST = ("Alder", "Birch", "Cobalt", "Delta", "Eastern", "Falcon", "Granite", "Harbour", "Indigo")
LAST = ("Networks", "Telecom", "Hosting", "Broadband", "Media", "Cloud", "Fibre", "Internet")
USER, PASSWORD = "bench", "measured with care"
VIEWER = 1  # id of the member looked at
SECRET = "only-for-measuring-0123456789"

COLUMNS = (
    "low_address_id, high_address_id, vlan_id, protocol, grade, first_seen, last_seen, "
    "last_confirmed, last_clean, last_sample_at, samples, attempts"
)


def settings(url: str) -> Settings:
    return Settings(database_url=url, secret_key=SECRET)


def make_exchange(path: Path, members: int, *, now: datetime) -> str:
    """Fill a new SQLite file with `members` members; the address of the database."""
    path.unlink(missing_ok=True)
    url = f"sqlite:///{path}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    app = create_app(settings(url))
    random = Random(members)
    with app.app_context():
        stamp()
        addresses = _members(random, members, now)
        users.create(username=USER, email="bench@example.net", name="Bench", password=PASSWORD,
                     is_superuser=False, members=[(VIEWER, Role.ADMIN)], now=now)  # fmt: skip
        traces.watch(now)
        traces.remember(Random(members), VIEWER, now)
        db.session.remove()
        db.engine.dispose()
    _sessions(path, random, addresses, now)
    return url


Addresses = dict[tuple[int, int, int], int]  # member, VLAN, protocol -> address id


def _members(random: Random, many: int, now: datetime) -> Addresses:
    interfaces, addresses = [], []
    first: Addresses = {}
    for member in range(1, many + 1):
        # The one looked at is a client, so that every tab has somebody on it.
        client = random.random() < CLIENTS or member == VIEWER
        for vlan in range(1, VLANS + 1):
            for _ in range(2 if random.random() < SECOND_CONNECTION else 1):
                interfaces.append({"id": len(interfaces) + 1, "member_id": member, "vlan_id": vlan})
                for protocol in (4, 6):
                    number = len(addresses) + 1
                    first.setdefault((member, vlan, protocol), number)
                    addresses.append(_address(number, len(interfaces), vlan, protocol, client, now))
    with transaction() as session:
        session.add(Infrastructure(id=1, name="Bench"))
        session.flush()
        for vlan in range(1, VLANS + 1):
            session.add(
                Vlan(id=vlan, infrastructure_id=1, name=f"LAN {vlan}", tag=vlan,
                     peering_manager=True)
            )  # fmt: skip
        session.flush()
        session.execute(insert(Member), [_member(random, n) for n in range(1, many + 1)])
        session.execute(insert(VlanInterface), interfaces)
        session.execute(insert(InterfaceAddress), addresses)
    return first


def _member(random: Random, number: int) -> dict[str, object]:
    name = f"{random.choice(FIRST)} {random.choice(LAST)} {number}"
    return {"id": number, "asn": 4_200_000_000 + number, "name": name,
            "policy": random.choice(POLICIES)}  # fmt: skip


def _address(
    number: int, interface: int, vlan: int, protocol: int, client: bool, now: datetime
) -> dict[str, object]:
    low = f"{number // 250 % 250}.{number % 250 + 1}"
    text = f"198.{17 + vlan}.{low}" if protocol == 4 else f"2001:db8:{vlan}::{number:x}"
    return {
        "id": number, "interface_id": interface, "vlan_id": vlan, "protocol": protocol,
        "address": text, "enabled": True, "rs_client": client,
        "from_at": now - timedelta(days=400),
    }  # fmt: skip


def _sessions(path: Path, random: Random, addresses: Addresses, now: datetime) -> None:
    marks = ", ".join("?" * len(COLUMNS.split(",")))
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            f"insert into observed_session ({COLUMNS}) values ({marks})",
            _rows(random, addresses, now),
        )
    connection.execute("analyze")
    connection.close()


def _rows(random: Random, addresses: Addresses, now: datetime) -> Iterator[tuple[object, ...]]:
    members = sorted({member for member, _, _ in addresses})
    seen = [_text(now - timedelta(minutes=minutes)) for minutes in range(600)]
    first = _text(now - timedelta(days=90))
    for one, other in combinations(members, 2):
        if random.random() >= PEERING:
            continue
        vlan = random.randint(1, VLANS)
        last = random.choice(seen)
        for protocol in (4, 6) if random.random() < 0.5 else (4,):
            yield (addresses[one, vlan, protocol], addresses[other, vlan, protocol], vlan, protocol,
                   int(Grade.CONFIRMED), first, last, last, last, last, 40, 0)  # fmt: skip


def _text(moment: datetime) -> str:
    """As SQLAlchemy writes a point in time into SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f")
