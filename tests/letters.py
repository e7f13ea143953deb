"""What tests of requests share: contacts, an order for everything on offer, a mail."""

from datetime import timedelta

from app.domain.allowance import Allowance
from app.domain.mail import Mail, Recipient
from app.extensions import transaction
from app.models import Contact, Member
from app.services import request_draft
from app.services.peering_requests import Order, Rules
from app.services.request_draft import Window
from tests.factories import NOON

RULES = Rules(timedelta(days=30), Allowance(100, 10))
MAIL = Mail(
    "request",
    Recipient("ix@x.example", "IX"),
    (
        Recipient("peering@mall.example", "", "to"),
        Recipient("peering@alpha.example", "", "cc"),
        Recipient("alice@example.net", "", "bcc"),
    ),
    "Peer?",
    "Shall we peer?",
    "<p>Shall we peer?</p>",
    ("peering@alpha.example",),
)


def make_contact(member: Member, kind: str = "peering", **fields: object) -> None:
    with transaction() as session:
        email = f"{kind}@{member.name.lower()}.example"
        session.add(
            Contact(member_id=member.id, kind=kind, source="ixf", **{"email": email, **fields})
        )


def window(now=NOON) -> Window:
    return Window(now=now, lookback=timedelta(days=28), default_vlan="")


def order(cast, *, peer=None, after: int | None = None, now=NOON) -> Order:
    """Everything that Alpha could ask of Mall, or another peer."""
    peer = peer or cast.mall
    offered = request_draft.list_offered(cast.alpha.id, peer.id, window(now))
    return Order(tuple(one.key for one in offered), "Peer?", "Shall we peer?", after)
