"""What a real exchange has beside its members and sessions: four weeks of watching by ten switches,
and for the member looked at a history with every fifth of the others."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from app.extensions import transaction
from app.models import (
    Agent,
    AgentPort,
    InterfaceAddress,
    Member,
    Note,
    OutboxMessage,
    OutboxRecipient,
    PeeringRequest,
    RequestPair,
    SamplingPoint,
    User,
    Vlan,
    VlanInterface,
    WatchHour,
)
from app.services import watch_days

AGENTS = 10
WEEKS = timedelta(days=28)
HOUR = timedelta(hours=1)
RATE = 400  # packets per sample of the first switch; the others sample less, each by as much
WITH_HISTORY = 0.2

Row = dict[str, object]


def watch(now: datetime) -> None:
    """Ten switches that report of every VLAN without a gap; each connection is a port of one."""
    begun = now - WEEKS
    with transaction() as session:
        vlans = session.scalars(select(Vlan.id)).all()
        session.execute(insert(Agent), [_agent(number, begun, now) for number in _numbers()])
        hours = [
            {"vlan_id": vlan_id, "agent_id": number, "hour": hour, "samples": 40,
             "seconds": min(HOUR, now - hour).total_seconds(), "effective_rate": RATE * number}
            for vlan_id in vlans
            for number in _numbers()
            for hour in _hours(now)
        ]  # fmt: skip
        session.execute(insert(WatchHour), hours)
        days = {hour.date() for hour in _hours(now)}
        watch_days.sum_up(
            session, [(v, number, day) for v in vlans for number in _numbers() for day in days]
        )
        ports = session.scalars(select(VlanInterface.id)).all()
        session.execute(insert(AgentPort), [_port(port, now) for port in ports])
        addresses = session.execute(select(InterfaceAddress.id, InterfaceAddress.interface_id))
        points = [
            {"address_id": address, "port_id": port, "samples": 40, "last_at": now}
            for address, port in addresses
        ]
        session.execute(insert(SamplingPoint), points)


def _numbers() -> range:
    return range(1, AGENTS + 1)


def _hours(now: datetime) -> list[datetime]:
    latest = now.replace(minute=0, second=0, microsecond=0)
    return [latest - back * HOUR for back in range(WEEKS // HOUR + 1)]


def _agent(number: int, begun: datetime, now: datetime) -> Row:
    return {"id": number, "address": f"203.0.113.{number}", "first_at": begun, "last_at": now,
            "datagrams": 1_000_000, "samples": 7_000_000, "bgp_samples": 40_000}  # fmt: skip


def _port(number: int, now: datetime) -> Row:
    agent = number % AGENTS + 1
    return {"id": number, "agent_id": agent, "port": number, "rate": RATE * agent, "samples": 80,
            "sequences": 1000, "pool": 1000 * RATE * agent, "last_at": now,
            "since": now.date()}  # fmt: skip


def remember(random: Random, me: int, now: datetime) -> None:
    """A fifth of the others have a note of the member, a log entry, or a request that counts."""
    notes: list[Row] = []
    requests: list[Row] = []
    with transaction() as session:
        user_id = session.scalars(select(User.id)).first()
        for peer in session.scalars(select(Member.id).where(Member.id != me).order_by(Member.id)):
            if random.random() >= WITH_HISTORY:
                continue
            at = now - timedelta(days=random.randint(1, 300))
            common: Row = {"member_id": me, "peer_id": peer, "at": at}
            kind = random.choice(("note", "log", "request"))
            if kind == "request":
                requests.append({**common, "id": len(requests) + 1, "user_id": user_id})
            else:
                text = "Prefers one session in each city."
                notes.append({**common, "kind": kind, "author_id": user_id, "text": text})
        if notes:
            session.execute(insert(Note), notes)
        if requests:
            _ask(session, requests)


def _ask(session: Session, requests: list[Row]) -> None:
    """These requests, by mails that left, each for one session."""
    own = session.scalars(_addresses_of(requests[0]["member_id"])).first()
    theirs = [session.scalars(_addresses_of(row["peer_id"])).first() for row in requests]
    session.execute(insert(OutboxMessage), [_mail(row) for row in requests])
    session.execute(
        insert(OutboxRecipient),
        [{"outbox_id": row["id"], "kind": "to", "address": f"noc@as{row['peer_id']}.example.net",
          "state": "sent"} for row in requests],
    )  # fmt: skip
    session.execute(insert(PeeringRequest), [_request(row) for row in requests])
    session.execute(
        insert(RequestPair),
        [{"request_id": row["id"], "own_address_id": own, "peer_address_id": address}
         for row, address in zip(requests, theirs, strict=True)],
    )  # fmt: skip


def _addresses_of(member_id: object) -> Select[int]:
    return (
        select(InterfaceAddress.id)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(VlanInterface.member_id == member_id)
        .order_by(InterfaceAddress.id)
    )


def _mail(row: Row) -> Row:
    return {"id": row["id"], "message_id": f"<{row['id']}@example.net>", "purpose": "request",
            "state": "sent", "user_id": row["user_id"], "member_id": row["member_id"],
            "sender": "bench@example.net", "subject": "Peering", "text": "Shall we peer?",
            "created_at": row["at"], "next_attempt_at": row["at"],
            "finished_at": row["at"]}  # fmt: skip


def _request(row: Row) -> Row:
    at = row["at"]
    assert isinstance(at, datetime)
    return {**row, "channel": "mailed", "leaves_on": at.date(), "outbox_id": row["id"],
            "subject": "Peering", "message": "Shall we peer?"}  # fmt: skip
