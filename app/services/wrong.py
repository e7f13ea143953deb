"""“This is wrong”: a member reports what is shown of a pair; the exchange looks and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import aliased

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, Overtaken, TooSoon
from app.domain.evidence import Grade
from app.domain.ids import is_possible_id
from app.extensions import db, transaction
from app.models import InterfaceAddress, Member, ObservedSession, WrongReport
from app.services import audit, peers

CLAIMS = {"session": "There is a session", "none": "There is no session"}
MOST_TEXT = 1000
MOST_OPEN = 20  # of one member


class Choice(NamedTuple):
    """A pair of addresses that can be reported."""

    own_id: int
    peer_id: int
    own: str
    peer: str
    shown: str  # domain.classify.Link


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


def list_choices(details: peers.PeerDetails) -> list[Choice]:
    """Every pair that the drawer shows."""
    return [
        Choice(
            row.end.address_id, meeting.address_id, row.end.address, meeting.address,
            meeting.link.value,
        )
        for grid in details.grids
        for row in grid.rows
        for meeting in row.meetings
        if meeting
    ]  # fmt: skip


def report(
    actor: Actor,
    details: peers.PeerDetails,
    *,
    own_id: int,
    peer_address_id: int,
    claim: str,
    text: str,
    now: datetime,
) -> None:
    """Tell the exchange that a pair is shown wrongly. Raises Invalid, Conflict, TooSoon."""
    if actor.member is None:
        raise Forbidden("Only a member can report what it is shown.")
    choice = _checked(details, (own_id, peer_address_id), claim)
    text = text.strip()
    if len(text) > MOST_TEXT:
        raise Invalid(f"Say it in at most {MOST_TEXT} characters.", "text")
    member_id = actor.member.member_id
    with transaction() as session:
        _refuse_too_many(member_id, own_id, peer_address_id)
        made = WrongReport(
            member_id=member_id,
            peer_id=details.peer.id,
            own_address_id=own_id,
            peer_address_id=peer_address_id,
            reported_at=now,
            reported_by=actor.user_id,
            claim=claim,
            text=text,
            shown=choice.shown,
        )
        session.add(made)
        session.flush()
        audit.record(
            actor,
            "session reported as wrong",
            f"{choice.own} and {choice.peer} of {details.peer.name}",
            now=now,
            member_id=member_id,
            changes=[Change("link", choice.shown, CLAIMS[claim])],
            about_id=made.id,
        )


def _checked(details: peers.PeerDetails, pair: tuple[int, int], claim: str) -> Choice:
    """What is shown of the pair; raises Invalid for a claim that is none, or that agrees."""
    choices = {(one.own_id, one.peer_id): one for one in list_choices(details)}
    choice = choices.get(pair)
    if choice is None:
        raise Invalid("Choose the pair of addresses that is shown wrongly.", "pair")
    if claim not in CLAIMS:
        raise Invalid("Say what is true: there is a session, or there is none.", "claim")
    if (claim == "session") is (choice.shown == "bilateral"):
        raise Invalid("That is what the portal shows already. Choose what is wrong.", "claim")
    return choice


def close(actor: Actor, report_id: int, answer: str, *, now: datetime) -> None:
    """Close a report with an answer that the member reads. Raises Invalid, NotFound, Conflict."""
    answer = answer.strip()
    if not answer:
        raise Invalid("Write what you found: the member reads it.", "answer")
    if len(answer) > MOST_TEXT:
        raise Invalid(f"Say it in at most {MOST_TEXT} characters.", "answer")
    found = _find(report_id)
    with transaction() as session:
        closed = session.execute(
            update(WrongReport)
            .where(WrongReport.id == report_id, WrongReport.closed_at.is_(None))
            .values(closed_at=now, closed_by=actor.user_id, answer=answer)
        )
        if not closed.rowcount:  # type: ignore[attr-defined]
            raise Overtaken("Somebody else has closed this report. Reload the page.")
        audit.record(
            actor,
            "session report closed",
            f"report {report_id}",
            now=now,
            member_id=found.member_id,
            changes=[Change("answer", None, answer)],
            about_id=report_id,
        )


def list_open() -> list[Report]:
    """What members wait for, oldest first."""
    return _list(WrongReport.closed_at.is_(None))


def list_own(member_id: int, peer_id: int, *, now: datetime) -> list[Report]:
    """What a member reported of another: open ones, and those answered in the last month."""
    recent = or_(WrongReport.closed_at.is_(None), WrongReport.closed_at >= now - timedelta(days=28))
    return _list(and_(WrongReport.member_id == member_id, WrongReport.peer_id == peer_id, recent))


def _refuse_too_many(member_id: int, own_id: int, peer_address_id: int) -> None:
    waits = WrongReport.closed_at.is_(None)
    same = select(WrongReport.id).where(
        waits,
        WrongReport.member_id == member_id,
        WrongReport.own_address_id == own_id,
        WrongReport.peer_address_id == peer_address_id,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict("This pair is reported already; the exchange has not answered yet.")
    many = db.session.scalar(
        select(func.count())
        .select_from(WrongReport)
        .where(waits, WrongReport.member_id == member_id)
    )
    if (many or 0) >= MOST_OPEN:
        raise TooSoon(f"{MOST_OPEN} reports of yours wait for an answer. Write to the exchange.")


def _find(report_id: int) -> WrongReport:
    found = db.session.get(WrongReport, report_id) if is_possible_id(report_id) else None
    if found is None:
        raise NotFound("There is no such report.")
    return found


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
