"""“This is wrong”: a member reports what is shown of a pair; the exchange looks and answers."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, Forbidden, Invalid, Overtaken, TooSoon
from app.extensions import db, transaction
from app.models import WrongReport
from app.services import audit, peers, wrong_reports

MOST_TEXT = 1000
MOST_OPEN = 20  # of one member


class Choice(NamedTuple):
    """A pair of addresses that can be reported."""

    own_id: int
    peer_id: int
    own: str
    peer: str
    shown: str  # domain.classify.Link


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
            changes=[Change("link", choice.shown, wrong_reports.CLAIMS[claim])],
            about_id=made.id,
        )


def _checked(details: peers.PeerDetails, pair: tuple[int, int], claim: str) -> Choice:
    """What is shown of the pair; raises Invalid for a claim that is none, or that agrees."""
    choices = {(one.own_id, one.peer_id): one for one in list_choices(details)}
    choice = choices.get(pair)
    if choice is None:
        raise Invalid("Choose the pair of addresses that is shown wrongly.", "pair")
    if claim not in wrong_reports.CLAIMS:
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
    found = wrong_reports.get_report(report_id)
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
            f"{found.own_address} and {found.peer_address} of {found.peer}",
            now=now,
            member_id=found.member_id,
            changes=[Change("answer", None, answer)],
            about_id=report_id,
        )


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
