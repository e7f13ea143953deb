"""The same people and networks in every test of the doors.

Alice acts for Alpha (AS64496), Rita only reads there. Bob acts for Beta (AS64497), Mallory for
Mall (AS64498), which is a stranger to both. Carol runs the exchange. Alpha and Beta are clients
of the route server on LAN 1; Mall is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask.testing import FlaskClient

from app.domain.actor import Acting, Actor, Role
from app.domain.evidence import Grade
from app.extensions import transaction
from app.models import Member, Membership, ObservedSession, User, Vlan
from app.services import logins
from tests.factories import LONG_AGO, NOON, Ends, make_interface, make_member, make_vlan

LIMITS = logins.Limits(timedelta(hours=12), timedelta(days=30))


@dataclass
class Cast:
    lan: Vlan
    alpha: Member
    beta: Member
    mall: Member
    alpha_ends: Ends
    beta_ends: Ends
    mall_ends: Ends
    users: dict[str, int]

    def actor(
        self, name: str, member: Member, role: Role = Role.ADMIN, *, viewing: bool = False
    ) -> Actor:
        """One of the people, acting for a member."""
        own = Acting(member.id, member.name, member.asn, role)
        return Actor(
            self.users[name], name, name.title(), is_superuser=False, member=own, viewing=viewing
        )

    def log_in(self, client: FlaskClient, name: str, *, view_as: int | None = None) -> FlaskClient:
        """Give this client the session that logging in would have made."""
        with client.session_transaction() as session:
            session.clear()
            session["_user_id"] = logins.start(
                self.users[name], now=NOON, limits=LIMITS, address="192.0.2.200", browser="a test"
            )
            session["_fresh"] = True
            session["was"] = self.users[name]
            if view_as is not None:
                session["view_as"] = view_as
        return client


def make_cast() -> Cast:
    """In one transaction: most tests begin with it."""
    with transaction():
        return _make_cast()


def _make_cast() -> Cast:
    lan = make_vlan("LAN 1", tag=10)
    alpha, beta, mall = (
        make_member(asn, name) for asn, name in ((64496, "Alpha"), (64497, "Beta"), (64498, "Mall"))
    )
    return Cast(
        lan,
        alpha,
        beta,
        mall,
        make_interface(alpha, lan, "192.0.2.1", "2001:db8::1", rs_client=True),
        make_interface(beta, lan, "192.0.2.2", "2001:db8::2", rs_client=True),
        make_interface(mall, lan, "192.0.2.3"),
        {
            "alice": make_user("alice", alpha),
            "rita": make_user("rita", alpha, Role.USER),
            "bob": make_user("bob", beta),
            "mallory": make_user("mallory", mall),
            "carol": make_user("carol", None),
        },
    )


def make_user(name: str, member: Member | None, role: Role = Role.ADMIN) -> int:
    with transaction() as session:
        user = User(
            username=name,
            email=f"{name}@example.net",
            name=name.title(),
            is_superuser=member is None,
            created_at=LONG_AGO,
        )
        session.add(user)
        session.flush()
        if member:
            session.add(Membership(user_id=user.id, member_id=member.id, role=int(role)))
    return user.id


def make_session(
    vlan: Vlan,
    one: int | None,
    other: int | None,
    *,
    protocol: int = 4,
    grade: Grade = Grade.CONFIRMED,
    last_seen: datetime,
    first_seen: datetime = LONG_AGO,
) -> None:
    """A stored session between two address ids, the first one the lower address."""
    with transaction() as session:
        session.add(
            ObservedSession(
                low_address_id=one,
                high_address_id=other,
                vlan_id=vlan.id,
                protocol=protocol,
                grade=int(grade),
                first_seen=first_seen,
                last_seen=last_seen,
                samples=2,
            )
        )
