"""Requests of the demo, one of each fate. Their mails are settled as they are made, as if a sender
had been at work: nothing is left in the outbox that a real one would send."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.demo.networks import GRANITE, YOU
from app.domain.actor import Acting, Actor, Role
from app.domain.allowance import Allowance
from app.domain.letter import Asked, sessions_in_words
from app.domain.mail import Mail, Recipient
from app.domain.mail_policy import Answer, Delivery
from app.services import (
    members,
    outbox_sending,
    peering_requests,
    request_draft,
    request_list,
    request_withdrawal,
)
from app.services.peering_requests import Order, Rules
from app.services.request_draft import Draft, Window

SENDER = Recipient("peering@lantern-ix.example", "Lantern IX")
TESTER = Recipient("tester@lantern-ix.example")
OK, GONE = Answer(250, "2.0.0 OK"), Answer(550, "5.1.1 No such user here")
STEP = timedelta(minutes=1)
RULES = Rules(timedelta(days=30), Allowance(100, 10))
TEST = RULES._replace(is_test=True, keeps_date=False, keeps_note=False)


class Request(NamedTuple):
    """Who asked whom, how many days ago, and what became of it."""

    username: str
    own: int
    peer: int
    days: int
    fate: str  # "sent", "refused", "withdrawn", "test", "marked"


REQUESTS = (
    Request("mara", YOU, 65543, 40, "sent"),
    Request("mara", YOU, 64497, 12, "sent"),
    Request("mara", YOU, 65544, 8, "marked"),
    Request("mara", YOU, 64502, 5, "refused"),
    Request("mara", YOU, 64510, 3, "withdrawn"),
    Request("mara", YOU, 64501, 2, "test"),
    Request("gwen", GRANITE, YOU, 1, "sent"),
)


def ask_all(users: dict[str, tuple[int, str]], *, now: datetime) -> None:
    """Make every request, within the caller's transaction. `users`: id and name by login."""
    for request in REQUESTS:
        user_id, name = users[request.username]
        member = members.get_by_asn(request.own)
        acting = Acting(member.id, member.name, request.own, Role.ADMIN)
        actor = Actor(user_id, request.username, name, is_superuser=False, member=acting)
        _ask(actor, acting, request, now - timedelta(days=request.days))


def _ask(actor: Actor, own: Acting, request: Request, at: datetime) -> None:
    peer_id = members.get_by_asn(request.peer).id
    window = Window(now=at, lookback=timedelta(days=28), default_vlan="")
    draft = request_draft.get_draft(own.member_id, peer_id, window)
    asked = draft.offered[:2]
    text = _text(draft, asked, actor.name)
    subject = f"[Lantern IX] Peering Request from {own.name} (AS{own.asn})"
    order = Order(tuple(one.key for one in asked), subject, text)
    if request.fate == "marked":
        peering_requests.mark_sent(actor, peer_id, order, rules=RULES, window=window)
        return
    rules = TEST if request.fate == "test" else RULES
    mail = _mail(draft, asked, order, is_test=rules.is_test)
    done = peering_requests.send(actor, peer_id, order, mail, rules=rules, window=window)
    assert done.request_id is not None
    if request.fate == "withdrawn":
        request_withdrawal.withdraw(actor, done.request_id, now=at + STEP)
    else:
        _settle(own.member_id, done.request_id, GONE if request.fate == "refused" else OK, at)


def _text(draft: Draft, asked: list[Asked], name: str) -> str:
    return (
        f"Hello {draft.peer.name},\n\nwe would like to peer with you: {sessions_in_words(asked)}. "
        f"Tell us when your side is up.\n\n{name}, {draft.own.name} (AS{draft.own.asn})\n"
    )


def _mail(draft: Draft, asked: list[Asked], order: Order, *, is_test: bool) -> Mail:
    vlan_ids = [one.vlan_id for one in asked]
    own = tuple(draft.own.addresses("peering", vlan_ids))
    theirs = tuple(Recipient(to) for to in draft.peer.addresses("peering", vlan_ids))
    copies = tuple(Recipient(cc, "", "cc") for cc in own)
    recipients = (TESTER,) if is_test else theirs + copies
    purpose = "test" if is_test else "request"
    return Mail(purpose, SENDER, recipients, order.subject, order.message, reply_to=own)


def _settle(member_id: int, request_id: int, answer: Answer, at: datetime) -> None:
    """As a sender would: those in To get this answer, copies always arrive."""
    mail_id = request_list.get_request(member_id, request_id).line.outbox_id
    letter = outbox_sending.claim(now=at, timeout=STEP, only=mail_id)
    assert letter is not None
    said = {one.address: answer if one.kind == "to" else OK for one in letter.recipients}
    bounced = frozenset(one for one, each in said.items() if each is GONE)
    outbox_sending.settle(letter, Delivery(said, bounced=bounced), now=at + STEP)
