"""What members reported as wrong, read: by the exchange what waits, by a member its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import InterfaceAddress, Member, ObservedSession, WrongReport

CLAIMS = {"session": "There is a session", "none": "There is no session"}


class Evidence(NamedTuple):
    """What is stored of the pair."""

    grade: Grade
    first_seen: datetime | None
    last_seen: datetime | None
    last_clean: datetime | None
    samples: int
    attempts: int
    last_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the exchange reads it, and the member that made it."""

    id: int
    member_id: int
    at: datetime
    member: str
    member_asn: int
    peer: str
    peer_asn: int
    own_address: str
    peer_address: str
    claim: str
    text: str
    shown: str
    answer: str | None
    closed_at: datetime | None
    evidence: Evidence | None


def list_open() -> list[Report]:
    """What members wait for, oldest first."""
    return _list(WrongReport.closed_at.is_(None))


def count_open() -> int:
    """How many members wait for."""
    waiting = select(func.count()).where(WrongReport.closed_at.is_(None))
    return db.session.scalar(waiting) or 0


def get_report(report_id: int) -> Report:
    """One report. Raises NotFound."""
    found = _list(WrongReport.id == report_id) if is_possible_id(report_id) else []
    if not found:
        raise NotFound("There is no such report.")
    return found[0]


def list_own(member_id: int, peer_id: int, *, now: datetime) -> list[Report]:
    """What a member reported of another: open ones, and those answered in the last month."""
    recent = or_(WrongReport.closed_at.is_(None), WrongReport.closed_at >= now - timedelta(days=28))
    return _list(and_(WrongReport.member_id == member_id, WrongReport.peer_id == peer_id, recent))


def _list(condition: object) -> list[Report]:
    own, theirs = aliased(InterfaceAddress), aliased(InterfaceAddress)
    member, peer = aliased(Member), aliased(Member)
    seen = ObservedSession
    rows: Iterable[Any] = db.session.execute(
        select(
            WrongReport,
            member.name, member.asn, peer.name, peer.asn, own.address, theirs.address, seen,
        )
        .join(member, member.id == WrongReport.member_id)
        .join(peer, peer.id == WrongReport.peer_id)
        .join(own, own.id == WrongReport.own_address_id)
        .join(theirs, theirs.id == WrongReport.peer_address_id)
        .outerjoin(
            seen,
            or_(
                and_(seen.low_address_id == own.id, seen.high_address_id == theirs.id),
                and_(seen.low_address_id == theirs.id, seen.high_address_id == own.id),
            ),
        )
        .where(condition)  # type: ignore[arg-type]
        .order_by(WrongReport.reported_at, WrongReport.id)
    )  # fmt: skip
    return [_report(*row) for row in rows]


def _report(
    row: WrongReport,
    member: str,
    member_asn: int,
    peer: str,
    peer_asn: int,
    own: str,
    theirs: str,
    seen: ObservedSession | None,
) -> Report:
    return Report(
        id=row.id,
        member_id=row.member_id,
        at=row.reported_at,
        member=member,
        member_asn=member_asn,
        peer=peer,
        peer_asn=peer_asn,
        own_address=own,
        peer_address=theirs,
        claim=CLAIMS.get(row.claim, row.claim),
        text=row.text,
        shown=row.shown,
        answer=row.answer,
        closed_at=row.closed_at,
        evidence=_evidence(seen),
    )


def _evidence(row: ObservedSession | None) -> Evidence | None:
    if row is None:
        return None
    return Evidence(
        Grade(row.grade), row.first_seen, row.last_seen, row.last_clean, row.samples,
        row.attempts, row.last_attempt_at,
    )  # fmt: skip
