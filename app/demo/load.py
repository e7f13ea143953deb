"""Puts the demo exchange into an empty database, through the doors that real data uses."""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from app.demo import asking, collected, recording
from app.demo.exchange import LANS, NAME
from app.demo.export import member_export
from app.demo.networks import ASSOCIATE, GRANITE, NETWORKS, STUDIOS, YOU
from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark
from app.domain.errors import Conflict
from app.domain.member import MemberType
from app.extensions import transaction
from app.services import (
    contact_import,
    ixf,
    marks,
    matrix_density,
    members,
    moved_dates,
    notes,
    sessions,
    status,
    users,
    vlan_flags,
    vlans,
)

PASSWORD = "lantern-demo"
LOOKBACK = timedelta(days=28)
NEVER_VIA_ROUTE_SERVERS = 65543


class Login(NamedTuple):
    """A login of the demo, and what it is for."""

    username: str
    name: str
    what: str
    members: tuple[tuple[int, Role], ...]  # ASN, role
    is_superuser: bool = False


LOGINS = (
    Login(
        "mara",
        "Mara Hollin",
        "acts for Hollin Networks and Hollin Studios",
        ((YOU, Role.ADMIN), (STUDIOS, Role.ADMIN)),
    ),
    Login("rudi", "Rudi Reader", "only looks, for Hollin Networks", ((YOU, Role.USER),)),
    Login("gwen", "Gwen Granite", "acts for Granite Cloud", ((GRANITE, Role.ADMIN),)),
    Login("olga", "Olga Operator", "runs the exchange", (), is_superuser=True),
)
# By login, and by the member it acts for then.
MARKS = {
    "mara": {
        YOU: {
            64499: Mark.REJECTED,
            65538: Mark.REJECTED,
            65546: Mark.REJECTED,
            65548: Mark.PEERED,
        },
        STUDIOS: {65538: Mark.REJECTED, 65544: Mark.PEERED},
    },
    "gwen": {GRANITE: {65546: Mark.REJECTED, 64502: Mark.PEERED}},
}
# Why, and for how many days from now; the others were moved without a word, for good.
WHY = {
    (YOU, 64499): ("no new sessions until their router is exchanged", 60),
    (YOU, 65538): ("wants 100G ports on both sides", None),
    (YOU, 65548): ("runs over our private interconnect", None),
}


# Likewise: by login and member, about whom, what, how many days ago.
NOTES = {
    "mara": {
        YOU: (
            (64501, "Spoke to Ana at their NOC: **IPv6** comes with the January maintenance.", 9),
            (64501, "New contact since the merger, see the mail of Tuesday.", 40),
            (65544, "Wants a *signed* agreement first; with our lawyers.", 21),
        )
    }
}


def load(*, now: datetime, confirm: timedelta) -> None:
    """Load the whole demo in one transaction; the newest sample is from `now`.

    Raises Conflict, and changes nothing, when anything is in the database already.
    """
    with transaction():
        if not status.is_empty():
            raise Conflict("The database is not empty; the demo is loaded only into an empty one.")
        _members(now)
        for span in recording.SPANS:
            collected.collect(span, now, confirm)
        made = {login.username: (_log_in(login, now), login.name) for login in LOGINS}
        asking.ask_all(made, now=now)
        matrix_density.record(now=now, lookback=LOOKBACK)


def refresh(*, now: datetime, confirm: timedelta) -> bool:
    """Move what was seen and done by the days for which the demo stood still, and have the last
    hours watched up to `now`, unless that would overlap with what is there.

    Says whether it did either. A database that is not the demo's, or no longer the demo's alone,
    stays as it is.
    """
    if not is_loaded() or {line.infrastructure for line in vlans.list_vlans()} != {NAME}:
        return False
    with transaction():
        days = moved_dates.move_to(now)
        seen = [row.last_seen for row in sessions.list_sessions() if row.last_seen]
        is_old = bool(seen) and now - max(seen) > timedelta(seconds=recording.NEWEST.begins)
        if is_old:
            collected.collect(recording.NEWEST, now, confirm)
        if days:
            matrix_density.record(now=now, lookback=LOOKBACK)
    return bool(days) or is_old


def is_loaded() -> bool:
    """Whether the database holds the demo."""
    addresses = {line.email for line in users.list_users()}
    return all(_email(login) in addresses for login in LOGINS)


def _email(login: Login) -> str:
    return f"{login.username}@lantern-ix.example"


def _members(now: datetime) -> None:
    """What the export says, and then what only the operator knows."""
    octets = json.dumps(member_export(now)).encode()
    ixf.import_export(octets, name="demo", now=now, enable_vlans=True)
    for lan in LANS:
        vlan_flags.set_flags(vlans.find(lan.name).id, now=now, tag=lan.tag)
    contact_import.import_file(_noc_contacts().encode(), now=now, apply=True)
    members.set_fields(_id(ASSOCIATE), now=now, type=MemberType.ASSOCIATE)
    members.set_fields(_id(NEVER_VIA_ROUTE_SERVERS), now=now, never_via_route_servers=True)


def _noc_contacts() -> str:
    """A CSV with the NOCs; who gives no phone has no NOC either, so that some are missing."""
    lines = [
        f"{network.asn},noc,noc@as{network.asn}.example,+44 20 7946 0{200 + place}"
        for place, network in enumerate(NETWORKS)
        if not {"phone", "contacts"} & set(network.lacks)
    ]
    return "\n".join(["asn,kind,email,phone", *lines])


def _id(asn: int) -> int:
    found: int = members.get_by_asn(asn).id
    return found


def _log_in(login: Login, now: datetime) -> int:
    """Make a login with what its user marked, and return its id."""
    user_id: int = users.create(
        username=login.username,
        email=_email(login),
        name=login.name,
        password=PASSWORD,
        is_superuser=login.is_superuser,
        members=[(_id(asn), role) for asn, role in login.members],
        now=now,
    )
    for own, marked in MARKS.get(login.username, {}).items():
        member = members.get_by_asn(own)
        acting = Acting(member.id, member.name, own, Role.ADMIN)
        actor = Actor(user_id, login.username, login.name, is_superuser=False, member=acting)
        for asn, mark in marked.items():
            reason, days = WHY.get((own, asn), ("", None))
            until = (now + timedelta(days=days)).date() if days else None
            marks.set_mark(actor, _id(asn), mark, now=now, reason=reason, until=until)
        for asn, text, days in NOTES.get(login.username, {}).get(own, ()):
            notes.add(actor, _id(asn), text, now=now - timedelta(days=days))
    return user_id
