"""What the routes are asked about: notes, contacts and such of Alpha, VLANs of the exchange."""

from app.domain.actor import Role
from app.domain.mail import Mail, Recipient
from app.extensions import transaction
from app.models import Contact, Invitation, PeeringRequest
from app.services import notes, outbox, peering_requests
from tests.cast import Cast, make_user
from tests.factories import NOON, make_interface, make_vlan
from tests.letters import MAIL, RULES, order, window

LETTER = Mail("test", Recipient("ix@x.example"), (Recipient("a@a.example"),), "Hello", "Hello")


def make_things(cast: Cast) -> dict[str, int]:
    """Their ids by the words of tests/route_table.py; what a route uses up is there for each."""
    alice = cast.actor("alice", cast.alpha)
    with transaction() as session:
        found = {
            f"note-{n}": notes.add(alice, cast.beta.id, f"Note {n}", now=NOON) for n in range(4)
        }
        for n in range(3):
            found[f"mail-{n}"] = outbox.enqueue(LETTER, now=NOON)
        contacts = [
            Contact(member_id=cast.alpha.id, kind="noc", email=f"{n}@alpha.example", source="ixf")
            for n in range(2)
        ]
        invitation = Invitation(
            member_id=cast.alpha.id, email="nora@new.example", name="Nora", role=1,
            token_hash="0" * 64, by_id=cast.users["alice"], sent_at=NOON, expires_at=NOON,
        )  # fmt: skip
        session.add_all([*contacts, invitation])
        session.flush()
        found |= {f"contact-{n}": row.id for n, row in enumerate(contacts)}
        found["invitation"] = invitation.id
    found |= _make_vlans(cast)
    wanted = order(cast, peer=cast.beta)
    peering_requests.send(alice, cast.beta.id, wanted, MAIL, rules=RULES, window=window())
    with transaction() as session:
        found["request"] = session.query(PeeringRequest).one().id
    return found | {"ivan": make_user("ivan", cast.alpha, Role.USER)}


def _make_vlans(cast: Cast) -> dict[str, int]:
    """Apart from the LAN of the cast, which the pages of members need."""
    second, third = make_vlan("LAN 2", tag=20), make_vlan("LAN 3", tag=30)
    return {
        "home": second.infrastructure_id,
        "vlan-2": second.id,
        "vlan-3": third.id,
        "port": make_interface(cast.beta, second, "198.51.100.2").interface_id,
    }
