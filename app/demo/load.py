"""Puts the demo exchange into an empty database, through the doors that real data uses."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.demo import recording
from app.demo.exchange import LANS, ROUTE_SERVER_ASN, YOU, member_export
from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark
from app.domain.errors import Conflict
from app.extensions import transaction
from app.services import ixf, marks, members, sessions, status, users, vlans
from app.workers.recording import Recording

PASSWORD = "lantern-demo"
OTHER_OWN = 65547  # a second member that the demo's main user may act for
MARKS = {65538: Mark.REJECTED, 65546: Mark.REJECTED, 65548: Mark.PEERED}


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
        ((YOU, Role.ADMIN), (OTHER_OWN, Role.ADMIN)),
    ),
    Login("rudi", "Rudi Reader", "only looks, for Hollin Networks", ((YOU, Role.USER),)),
    Login("gwen", "Gwen Granite", "acts for Granite Cloud", ((64504, Role.ADMIN),)),
    Login("olga", "Olga Operator", "runs the exchange", (), is_superuser=True),
)


def load(*, now: datetime, confirm: timedelta) -> None:
    """Load the whole demo in one transaction; the newest sample is from `now`.

    Raises Conflict, and changes nothing, when anything is in the database already.
    """
    with TemporaryDirectory() as folder, transaction():
        if not status.is_empty():
            raise Conflict("The database is not empty; the demo is loaded only into an empty one.")
        _members(now)
        _recording(Path(folder) / "demo.pcap", now, confirm)
        ids = {asn: members.get_by_asn(asn).id for asn in _asns()}
        for login in LOGINS:
            user_id = users.create(
                username=login.username,
                email=_email(login),
                name=login.name,
                password=PASSWORD,
                is_superuser=login.is_superuser,
                members=[(ids[asn], role) for asn, role in login.members],
                now=now,
            )
            if login.username == "mara":
                _marks(user_id, ids, now)


def is_loaded() -> bool:
    """Whether the database holds the demo."""
    addresses = {line.email for line in users.list_users()}
    return all(_email(login) in addresses for login in LOGINS)


def _email(login: Login) -> str:
    return f"{login.username}@lantern-ix.example"


def _asns() -> set[int]:
    return {asn for login in LOGINS for asn, _ in login.members} | set(MARKS) | {ROUTE_SERVER_ASN}


def _members(now: datetime) -> None:
    octets = json.dumps(member_export()).encode()
    ixf.import_export(octets, name="demo", now=now, enable_vlans=True)
    for lan in LANS:
        vlan = vlans.find(lan.name, None)
        vlans.set_flags(vlan.id, tag=lan.tag)


def _recording(path: Path, now: datetime, confirm: timedelta) -> None:
    with path.open("wb") as file:
        recording.write(file)
    recorded = Recording(path)
    latest = recorded.last_arrival()
    assert latest is not None
    shift = now.timestamp() - latest
    sessions.replay(
        ((at + shift, datagram) for at, datagram in recorded),
        digest=recorded.digest,
        name="demo",
        now=now,
        confirm=confirm,
    )


def _marks(user_id: int, ids: dict[int, int], now: datetime) -> None:
    own = Acting(ids[YOU], "Hollin Networks", YOU, Role.ADMIN)
    actor = Actor(user_id, "mara", "Mara Hollin", is_superuser=False, member=own)
    for asn, mark in MARKS.items():
        marks.set_mark(actor, ids[asn], mark, now=now)
