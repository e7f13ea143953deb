"""Asking for peering: send, mark as sent, withdraw. Request, pairs, log entry and mail are stored
together, or nothing is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.domain import allowance as allowances
from app.domain import letter
from app.domain.actor import Acting, Actor
from app.domain.allowance import Allowance
from app.domain.errors import Conflict, Forbidden, NotFound, TooSoon
from app.domain.letter import Asked
from app.domain.mail import Mail
from app.domain.request_state import WORDS, RequestState
from app.domain.wishes import WORDS as WISHES
from app.domain.wishes import Wish
from app.extensions import db, transaction
from app.models import Member, OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair
from app.services import (
    audit,
    last_asked,
    notes,
    outbox,
    outbox_hand,
    relations,
    request_brake,
    request_draft,
    request_list,
)
from app.services.last_asked import Last
from app.services.request_draft import Window

SAMPLES = 20  # to oneself, within a day


class Order(NamedTuple):
    """What a form asks for. `after` is the request whose warning its sender has confirmed."""

    keys: tuple[str, ...]  # of the sessions, as `letter.Asked.key` writes them
    subject: str
    message: str  # Markdown
    after: int | None = None


class Rules(NamedTuple):
    """What the operator set: how often, how many, and what test mode leaves out."""

    resend: timedelta
    allowance: Allowance
    is_test: bool = False
    keeps_date: bool = True  # and the counter
    keeps_note: bool = True


class Done(NamedTuple):
    """What was stored: the request (None: test mode keeps none), and the day its mail leaves."""

    request_id: int | None
    leaves_on: date
    sessions: int


class AskedAlready(TooSoon):
    """The member was asked a short while ago; `last` is the request to confirm."""

    def __init__(self, last: Last, until: datetime) -> None:
        self.last, self.until = last, until
        super().__init__(
            f"{last.by or 'A colleague'} asked on {last.at:%Y-%m-%d}. Nothing was sent: confirm "
            "that you want to ask again."
        )


def send(
    actor: Actor, peer_id: int, order: Order, mail: Mail, *, rules: Rules, window: Window
) -> Done:
    """Record a request and queue its mail, already rewritten if test mode is on.

    Raises AskedAlready within `rules.resend` of the last request that counts, unless the order
    confirms that very one; Invalid for sessions that are not on offer; Forbidden when the other
    member wants no mail, or while the operator holds requests.
    """
    now = window["now"]
    with transaction():
        own, asked = _begin(actor, peer_id, order, rules, window)
        _check_open(own, peer_id)
        day = now.date()
        if not rules.is_test:  # a test takes nobody's place in the day
            day = _first_day(own.member_id, peer_id, rules.allowance, now)
        outbox_id = outbox.enqueue(
            replace(mail, in_reply_to=_thread(own.member_id, peer_id)),
            now=now,
            actor=actor,
            member_id=own.member_id,
            not_before=allowances.leaves_at(day, now),
        )
        request_id = _store(actor, peer_id, order, asked, rules, now, day, outbox_id)
        _tell(actor, peer_id, asked, rules, now, request_id, "sent")
    return Done(request_id, day, len(asked))


def send_sample(actor: Actor, mail: Mail, *, now: datetime) -> None:
    """Queue the message for its own writer; records nothing.

    Raises Forbidden while the operator holds requests, TooSoon after SAMPLES within a day: a
    sample goes to whatever address one's own login has.
    """
    own = _own(actor)
    with transaction():
        relations.hold(own.member_id)
        _check_brake(own.member_id)
        recent = select(func.count()).where(
            OutboxMessage.user_id == actor.user_id,
            OutboxMessage.purpose == "sample",
            OutboxMessage.created_at > now - timedelta(days=1),
        )
        if (db.session.scalar(recent) or 0) >= SAMPLES:
            raise TooSoon(
                f"You sent yourself {SAMPLES} samples within a day. The preview shows the same."
            )
        outbox.enqueue(mail, now=now, actor=actor, member_id=own.member_id)


def mark_sent(actor: Actor, peer_id: int, order: Order, *, rules: Rules, window: Window) -> Done:
    """Record a request that was made by other means; mails nothing. Raises like `send`, but
    whatever the other member wishes and the operator holds."""
    now = window["now"]
    with transaction():
        _, asked = _begin(actor, peer_id, order, rules, window)
        request_id = None
        if rules.keeps_date:
            request_id = _store(actor, peer_id, order, asked, rules, now, now.date(), None)
        _tell(actor, peer_id, asked, rules, now, request_id, "marked as sent")
    return Done(request_id, now.date(), len(asked))


def withdraw(actor: Actor, request_id: int, *, now: datetime) -> None:
    """Take back a request whose mail has not left.

    Raises Conflict when it has left to anybody, or is leaving; NotFound for another member's.
    """
    own = _own(actor)
    with transaction():
        relations.hold(own.member_id)
        line = request_list.get_request(own.member_id, request_id).line
        if line.member_id != own.member_id:
            raise NotFound(request_list.NO_REQUEST)
        if line.state is not RequestState.QUEUED or line.outbox_id is None:
            raise Conflict(
                f"The request to {line.peer} is {WORDS[line.state]}; it cannot be withdrawn."
            )
        has_it = select(OutboxRecipient.address).where(
            OutboxRecipient.outbox_id == line.outbox_id, OutboxRecipient.state == "sent"
        )
        if (address := db.session.scalar(has_it.limit(1))) is not None:
            raise Conflict(
                f"The request to {line.peer} has left to {address} already; it cannot be withdrawn."
            )
        outbox_hand.cancel(actor, line.outbox_id, now=now)
        if not line.is_test:
            what = "peering request withdrawn"
            notes.log(actor, line.peer_id, what, now=now, request_id=request_id)
        _record(actor, "request withdrawn", line.peer_id, now)


def count_today(member_id: int, today: date) -> int:
    """How much of the day's allowance a member has used."""
    return _leaving(PeeringRequest.member_id == member_id, today)[today]


def _own(actor: Actor) -> Acting:
    if actor.member is None:
        raise Forbidden("Requests are made for a member; this login acts for none.")
    return actor.member


def _begin(
    actor: Actor, peer_id: int, order: Order, rules: Rules, window: Window
) -> tuple[Acting, list[Asked]]:
    """Keep both members still, then check what any kind of request must hold."""
    own = _own(actor)
    relations.hold(own.member_id, peer_id)
    offered = request_draft.list_offered(own.member_id, peer_id, window)
    asked = letter.ticked(offered, order.keys)
    last = last_asked.find_last(own.member_id, peer_id)
    if last and window["now"] - last.at < rules.resend and order.after != last.id:
        raise AskedAlready(last, last.at + rules.resend)
    return own, asked


def _check_brake(member_id: int) -> None:
    reason = request_brake.find_reason(member_id)
    if reason is not None:
        raise Forbidden(f"The exchange holds peering requests for now: {reason}")


def _check_open(own: Acting, peer_id: int) -> None:
    _check_brake(own.member_id)
    peer = db.session.execute(
        select(Member.name, Member.takes_requests).where(Member.id == peer_id)
    ).one()
    if peer.takes_requests != Wish.MAIL:
        raise Forbidden(
            f"{peer.name} {WISHES[Wish(peer.takes_requests)]}. No mail was sent; “Mark as sent” "
            "records what you did by other means."
        )


def _first_day(member_id: int, peer_id: int, allowance: Allowance, now: datetime) -> date:
    today = now.date()
    sent = _leaving(PeeringRequest.member_id == member_id, today)
    received = _leaving(PeeringRequest.peer_id == peer_id, today)
    return allowances.first_day(today, sent, received, allowance)


def _leaving(whose: ColumnElement[bool], today: date) -> Counter[date]:
    """How much mail leaves on each day from today on; what was withdrawn leaves room, and what
    test mode redirects takes none."""
    rows = db.session.execute(
        select(PeeringRequest.leaves_on, func.count())
        .join(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(
            whose,
            ~PeeringRequest.is_test,
            PeeringRequest.leaves_on >= today,
            OutboxMessage.state != "cancelled",
        )
        .group_by(PeeringRequest.leaves_on)
    )
    return Counter({row[0]: row[1] for row in rows})


def _thread(member_id: int, peer_id: int) -> tuple[str, ...]:
    """The Message-ID of the last mail to the other one that left, so that a repeat follows it."""
    found = db.session.scalar(
        select(OutboxMessage.message_id)
        .join(PeeringRequest, PeeringRequest.outbox_id == OutboxMessage.id)
        .where(
            PeeringRequest.member_id == member_id,
            PeeringRequest.peer_id == peer_id,
            ~PeeringRequest.is_test,
            OutboxMessage.state == "sent",
            ~last_asked.is_refused(),
        )
        .order_by(PeeringRequest.id.desc())
        .limit(1)
    )
    return (found,) if found else ()


def _store(
    actor: Actor,
    peer_id: int,
    order: Order,
    asked: Sequence[Asked],
    rules: Rules,
    now: datetime,
    day: date,
    outbox_id: int | None,
) -> int:
    session = db.session
    request = PeeringRequest(
        member_id=_own(actor).member_id,
        peer_id=peer_id,
        user_id=actor.user_id,
        at=now,
        channel="mailed" if outbox_id else "marked",
        is_test=rules.is_test,
        counted=rules.keeps_date,
        leaves_on=day,
        outbox_id=outbox_id,
        subject=order.subject,
        message=order.message,
    )
    session.add(request)
    session.flush()
    session.add_all(
        RequestPair(request_id=request.id, own_address_id=one.own_id, peer_address_id=one.peer_id)
        for one in asked
    )
    return request.id


def _tell(
    actor: Actor,
    peer_id: int,
    asked: Sequence[Asked],
    rules: Rules,
    now: datetime,
    request_id: int | None,
    how: str,
) -> None:
    """The log entry among the notes, and the audit log."""
    what = "peering request" if not rules.is_test else "peering request (test mode)"
    if rules.keeps_note:
        text = f"{what} {how}, {letter.sessions_in_words(asked)}"
        notes.log(actor, peer_id, text, now=now, request_id=request_id)
    _record(actor, f"request {how}" + (" in test mode" if rules.is_test else ""), peer_id, now)


def _record(actor: Actor, action: str, peer_id: int, now: datetime) -> None:
    peer = db.session.execute(select(Member.asn, Member.name).where(Member.id == peer_id)).one()
    subject = f"AS{peer.asn} {peer.name}"
    audit.record(actor, action, subject, now=now, member_id=_own(actor).member_id)
