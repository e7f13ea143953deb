"""Asking for peering: send, mark as sent. Request, pairs, log entry and mail are stored
together, or nothing is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.domain import allowance as allowances
from app.domain import letter
from app.domain.actor import Acting, Actor
from app.domain.allowance import Allowance
from app.domain.errors import Forbidden, Invalid, TooSoon
from app.domain.letter import Asked
from app.domain.mail import Mail
from app.domain.wishes import WORDS as WISHES
from app.domain.wishes import Wish
from app.extensions import db, transaction
from app.models import Member, OutboxMessage, PeeringRequest, RequestPair
from app.services import (
    last_asked,
    notes,
    outbox,
    relations,
    request_brake,
    request_days,
    request_draft,
    vlan_row,
)
from app.services.last_asked import Last
from app.services.request_draft import Window
from app.services.request_record import check_active, record, who_asks
from app.services.request_wishes import get_wish


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


def check_may_ask(actor: Actor) -> None:
    """Raise Forbidden for a member that asks nobody just now."""
    check_active(who_asks(actor))


def send(
    actor: Actor, peer_id: int, order: Order, mail: Mail, *, rules: Rules, window: Window
) -> Done:
    """Record a request and queue its mail, already rewritten if test mode is on.

    Raises AskedAlready within `rules.resend` of the last request that counts, unless the order
    confirms that very one; Invalid for sessions that are not on offer; Forbidden when the other
    member wants no mail, or while the operator holds requests or suspended the asking member.
    """
    now = window["now"]
    with transaction():
        own, asked = _begin(actor, peer_id, order, rules, window)
        _check_open(own, peer_id)
        day = now.date()
        if not rules.is_test:  # a test takes nobody's place in the day
            day = request_days.first_day(own.member_id, peer_id, rules.allowance, now)
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


def mark_sent(actor: Actor, peer_id: int, order: Order, *, rules: Rules, window: Window) -> Done:
    """Record a request that was made by other means; mails nothing. Raises like `send`, but
    whatever the other member wishes and the operator holds. AskedAlready is left out where they
    take no mail: nobody is written to twice."""
    now = window["now"]
    with transaction():
        _, asked = _begin(actor, peer_id, order, rules, window, is_marked=True)
        request_id = None
        if rules.keeps_date:
            request_id = _store(actor, peer_id, order, asked, rules, now, now.date(), None)
        _tell(actor, peer_id, asked, rules, now, request_id, "marked as sent")
    return Done(request_id, now.date(), len(asked))


def _begin(
    actor: Actor,
    peer_id: int,
    order: Order,
    rules: Rules,
    window: Window,
    *,
    is_marked: bool = False,
) -> tuple[Acting, list[Asked]]:
    """Keep both members still, then check what any kind of request must hold."""
    own = who_asks(actor)
    relations.hold(own.member_id, peer_id)
    check_active(own)
    offered = request_draft.list_offered(own.member_id, peer_id, window)
    asked = letter.ticked(offered, order.keys)
    if not vlan_row.hold_still(*{one.vlan_id for one in asked}):
        raise Invalid(
            "A VLAN of these sessions was deleted at this moment. Nothing was sent; look again at "
            "what you can ask for."
        )
    if is_marked and get_wish(peer_id)[0] is not Wish.MAIL:
        return own, asked
    last = last_asked.find_last(own.member_id, peer_id)
    if last and window["now"] - last.at < rules.resend and order.after != last.id:
        raise AskedAlready(last, last.at + rules.resend)
    return own, asked


def _check_open(own: Acting, peer_id: int) -> None:
    request_brake.check(own.member_id)
    peer = db.session.execute(
        select(Member.name, Member.takes_requests).where(Member.id == peer_id)
    ).one()
    if peer.takes_requests != Wish.MAIL:
        raise Forbidden(
            f"{peer.name} {WISHES[Wish(peer.takes_requests)]}. No mail was sent; “Mark as sent” "
            "records what you did by other means."
        )


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
        member_id=who_asks(actor).member_id,
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
    """The log entry among the notes, and the audit log. What becomes of a mail is not in the
    entry: it is read from the request whenever the entry is shown."""
    what = "peering request" if not rules.is_test else "peering request (test mode)"
    if rules.keeps_note:
        made = f"{what} {how}" if how != "sent" else what
        text = f"{made}, {letter.sessions_in_words(asked)}"
        notes.log(actor, peer_id, text, now=now, request_id=request_id)
    action = f"request {how}" + (" in test mode" if rules.is_test else "")
    record(actor, action, peer_id, now, request_id)
