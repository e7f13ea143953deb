"""What a flush of the collector costs, and what the tables take."""

import os
import resource
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from tabulate import tabulate

from app import create_app
from app.config import Settings
from app.domain.directory import Place
from app.domain.evidence import Kind, Sighting
from app.domain.feed.batch import Batch, Totals
from app.extensions import db, transaction
from app.models import (
    Agent,
    Collector,
    Infrastructure,
    InterfaceAddress,
    Member,
    ObservedSession,
    Vlan,
    VlanInterface,
)
from app.services import collecting
from app.workers.apart import seldom_collect_garbage

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
PAIRS, CHANGED, SAMPLED_AGAIN = 100_000, 10_000, 100_000
CONFIRM = timedelta(seconds=300)
START = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 50_000
FLUSH = 5  # seconds


def make_lan(url: str, members: int = 254) -> Flask:
    """One LAN with the addresses that the datagrams of bench.sflow talk of."""
    app = create_app(Settings(database_url=url, secret_key="only-for-the-bench-0123456789"))
    with app.app_context():
        db.create_all()
        with transaction() as session:
            home = Infrastructure(name="Bench")
            session.add(home)
            session.flush()
            vlan = Vlan(infrastructure_id=home.id, name="LAN", tag=100, peering_manager=True)
            session.add(vlan)
            session.flush()
            for number in range(1, members + 1):
                _member(vlan.id, number)
        db.session.remove()
    return app


def _member(vlan_id: int, number: int) -> None:
    member = Member(asn=4_200_000_000 + number, name=f"Network {number}")
    db.session.add(member)
    db.session.flush()
    port = VlanInterface(member_id=member.id, vlan_id=vlan_id, status="connected")
    db.session.add(port)
    db.session.flush()
    high, low = divmod(number, 256)
    addresses = {
        4: f"{'192.0.2' if not high else f'10.0.{high}'}.{low}",
        6: f"2001:db8::{number:x}",
    }
    for protocol, address in addresses.items():
        db.session.add(
            InterfaceAddress(
                interface_id=port.id,
                vlan_id=vlan_id,
                protocol=protocol,
                address=address,
                enabled=True,
                rs_client=False,
                from_at=START,
            )
        )


def received(url: str) -> tuple[int, int, int]:
    """Datagrams, lost in the kernel, missed by sequence numbers: of the collector started last."""
    app = create_app(Settings(database_url=url, secret_key="only-for-the-bench-0123456789"))
    with app.app_context():
        row = db.session.scalars(select(Collector).order_by(Collector.last_at.desc())).first()
        missed = db.session.scalar(select(func.sum(Agent.missed))) or 0
        assert row is not None
        return row.datagrams, row.kernel_drops, missed


def table(folder: Path) -> str:
    name = f"portal_bench_{os.getpid()}"
    server = create_engine(make_url(POSTGRES).set(drivername="postgresql+psycopg"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name}"))
    url = make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name)
    seldom_collect_garbage()  # as in the collector's own process
    try:
        rows = [
            _measure("SQLite", f"sqlite:///{folder / 'writes.sqlite'}"),
            _measure("PostgreSQL", url.render_as_string(hide_password=False)),
        ]
    finally:
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        server.dispose()
    headers = ["", "pairs", "new rows/s", "changed rows/s", "flush of 10,000 changed, s"]
    headers += ["table MB", "after 10 more samples of each", "resident MB"]
    return tabulate(rows, headers, tablefmt="github")


def _measure(name: str, url: str) -> list[object]:
    app = make_lan(url, members=1900)
    with app.app_context():
        ids = db.session.execute(
            select(InterfaceAddress.id, InterfaceAddress.vlan_id).where(
                InterfaceAddress.protocol == 4
            )
        ).all()
        vlan_id = ids[0].vlan_id
        pairs = [Place(a.id, b.id, vlan_id, 4) for a, b in islice(combinations(ids, 2), PAIRS)]
        started = time.perf_counter()
        for begin in range(0, len(pairs), CHUNK):
            _write(pairs[begin : begin + CHUNK], 0)
        first = time.perf_counter() - started
        size = _size()
        some = pairs[:: len(pairs) // CHANGED][:CHANGED]
        times = []
        for step in range(1, 11):
            started = time.perf_counter()
            _write(some, 400 * step)
            times.append(time.perf_counter() - started)
        for begin in range(0, SAMPLED_AGAIN, CHUNK):
            _write(pairs[begin : begin + CHUNK] * 10, 4400)
        best = sorted(times)[len(times) // 2]
        stored = db.session.scalar(select(func.count()).select_from(ObservedSession))
        result = [
            name,
            f"{stored:,}",
            f"{len(pairs) / first:,.0f}",
            f"{CHANGED / best:,.0f}",
            round(best, 2),
            size,
            _size(),
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        ]
        db.session.remove()
        db.engine.dispose()
    return result


def make_pairs(url: str, members: int = 1900) -> int:
    """A LAN where every two members had a session; how many they are. SQLite only."""
    app = make_lan(url, members)
    with app.app_context():
        ids = db.session.execute(
            select(InterfaceAddress.id, InterfaceAddress.vlan_id)
            .where(InterfaceAddress.protocol == 4)
            .order_by(InterfaceAddress.id)
        ).all()
        path = db.engine.url.database
        db.session.remove()
        db.engine.dispose()
    seen = START.replace(tzinfo=None).isoformat(" ")
    rows = ((a.id, b.id, a.vlan_id, seen, seen, seen) for a, b in combinations(ids, 2))
    with closing(sqlite3.connect(str(path))) as connection:
        connection.executemany(
            "insert into observed_session (low_address_id, high_address_id, vlan_id, protocol,"
            " grade, samples, attempts, first_seen, last_seen, last_sample_at)"
            " values (?, ?, ?, 4, 3, 2, 0, ?, ?, ?)",
            rows,
        )
        connection.commit()
        many = connection.execute("select count(*) from observed_session").fetchone()[0]
    return int(many)


def _write(places: list[Place], seconds: float) -> None:
    """A flush: each sample has come at a time of its own, as from switches that never pause."""
    at, step = START.timestamp() + seconds, FLUSH / len(places)
    sightings = [
        (place, Sighting(at + n * step, True, 40000, 179, Kind.SEGMENT, int(seconds), 1))
        for n, place in enumerate(places)
    ]
    process = collecting.Process("bench", "bench", START, FLUSH, 0)
    collecting.write(
        Batch(sightings),
        process=process,
        totals=Totals(),
        kernel_drops=0,
        confirm=CONFIRM,
        now=START,
    )
    db.session.remove()


def _size() -> int:
    """Megabytes of the table with its indexes; on SQLite of the whole file."""
    if db.engine.dialect.name == "postgresql":
        octets = db.session.scalar(text("select pg_total_relation_size('observed_session')")) or 0
    else:
        path = Path(str(db.engine.url.database))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        octets = path.stat().st_size
    db.session.remove()
    return int(octets) // 1024**2
