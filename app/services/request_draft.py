"""What a request to another member is written from: the sessions on offer, both sides' facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import select

from app.domain.classify import Link
from app.domain.letter import Asked, Contact, Side
from app.domain.letter import today as as_it_is
from app.domain.wishes import Wish
from app.extensions import db
from app.models import Contact as ContactRow
from app.models import InterfaceAddress, Member, Membership, User, VlanInterface
from app.services import last_asked, member_row, peering_rows, peers, request_brake
from app.services.last_asked import Last
from app.services.peers import PeerDetails

ESTABLISHED = (Link.BILATERAL, Link.BOTH)
SET_BY_PEERS = ("as_set_4", "as_set_6", "max_prefix_4", "max_prefix_6")


class Window(TypedDict):
    """What counts as seen, and which VLAN comes first; as `peers.get_peer` takes it."""

    now: datetime
    lookback: timedelta
    default_vlan: str


class Draft(NamedTuple):
    """Everything the form of a request shows."""

    details: PeerDetails
    own: Side
    peer: Side
    offered: list[Asked]  # no session that was seen established
    today: list[str]  # how routes travel as it is, Markdown
    wish: Wish
    wish_url: str | None
    last: Last | None  # the last request that counts
    last_left: bool  # whether its mail is on its way to them
    paused: str | None  # why no request leaves just now
    colleagues: frozenset[str]  # addresses of the users of the asking member, folded

    @property
    def known_addresses(self) -> frozenset[str]:
        """To whom a request may go: what is known of both members."""
        return self.own.known_addresses | self.peer.known_addresses | self.colleagues


def get_draft(member_id: int, peer_id: int, window: Window) -> Draft:
    """The facts of both sides and what can be asked for; raises NotFound for who is on no tab."""
    details = peers.get_peer(member_id, peer_id, **window)
    wish = db.session.execute(
        select(Member.takes_requests, Member.requests_url).where(Member.id == peer_id)
    ).one()
    names = {column.vlan_id: column.name for column in details.columns}
    last = last_asked.find_last(member_id, peer_id)
    return Draft(
        details,
        _side(member_id, list(names)),
        _side(peer_id, list(names)),
        _offered(details),
        as_it_is(details.peer.standing.cells, names),
        Wish(wish.takes_requests),
        wish.requests_url,
        last,
        last is not None and last_asked.has_left(last.id),
        request_brake.find_reason(member_id),
        _colleagues(member_id),
    )


def list_defaults(member_id: int) -> dict[str, str | int | None]:
    """What a request says of each of these fields once the member leaves it empty, on all VLANs
    that can be asked for; none: the request leaves it out."""
    own = member_row.read(member_id, SET_BY_PEERS)
    vlan_ids = [column.vlan_id for column in peering_rows.list_columns(member_id, "")]
    known = _by_interface(member_id, vlan_ids)
    found: dict[str, str | int | None] = {}
    for protocol in (4, 6):
        for at, field in enumerate((f"as_set_{protocol}", f"max_prefix_{protocol}")):
            found[field] = _to_set(own | {field: None}, *known)[at][protocol] or None
    return found


def list_offered(member_id: int, peer_id: int, window: Window) -> list[Asked]:
    """The sessions that can be asked for: router pairs on shared, flagged VLANs that are not seen
    established. Raises NotFound for who is on no tab."""
    return _offered(peers.get_peer(member_id, peer_id, **window))


def _offered(details: PeerDetails) -> list[Asked]:
    names = {column.vlan_id: column.name for column in details.columns}
    return [
        Asked(
            row.end.address_id,
            meeting.address_id,
            grid.vlan_id,
            names[grid.vlan_id],
            row.end.protocol,
            row.end.address,
            meeting.address,
            meeting.link,
        )
        for grid in details.grids
        for row in grid.rows
        for meeting in row.meetings
        if meeting is not None and meeting.link not in ESTABLISHED
    ]


def _side(member_id: int, vlan_ids: Sequence[int]) -> Side:
    row = db.session.execute(
        select(
            Member.name,
            Member.asn,
            Member.policy,
            Member.policy_url,
            Member.website,
            Member.in_peeringdb,
            Member.noc_phone,
            Member.noc_hours,
            Member.as_set_4,
            Member.as_set_6,
            Member.max_prefix_4,
            Member.max_prefix_6,
        ).where(Member.id == member_id)
    ).one()
    as_sets, limits = _to_set(row._asdict(), *_by_interface(member_id, vlan_ids))
    return Side(
        row.name,
        row.asn,
        row.policy,
        row.policy_url,
        row.website,
        row.in_peeringdb,
        as_sets,
        limits,
        _contacts(member_id),
        row.noc_phone,
        row.noc_hours,
    )


def _to_set(
    own: Mapping[str, Any], as_sets: Mapping[int, str], limits: Mapping[int, int]
) -> tuple[dict[int, str | None], dict[int, int | None]]:
    """AS-SET and max-prefix by protocol: the member's own word, else what is known of its
    addresses."""
    return {
        4: own["as_set_4"] or as_sets.get(4),
        6: own["as_set_6"] or own["as_set_4"] or as_sets.get(6) or as_sets.get(4),
    }, {4: own["max_prefix_4"] or limits.get(4), 6: own["max_prefix_6"] or limits.get(6)}


def _by_interface(member_id: int, vlan_ids: Sequence[int]) -> tuple[dict[int, str], dict[int, int]]:
    """AS-SETs and the highest max-prefix of the member's addresses, by protocol."""
    rows = db.session.execute(
        select(InterfaceAddress.protocol, InterfaceAddress.as_set, InterfaceAddress.max_prefix)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(
            VlanInterface.member_id == member_id,
            InterfaceAddress.vlan_id.in_(vlan_ids),
            InterfaceAddress.until_at.is_(None),
        )
    ).all()
    as_sets: dict[int, set[str]] = {}
    limits: dict[int, int] = {}
    for protocol, as_set, max_prefix in rows:
        if as_set:
            as_sets.setdefault(protocol, set()).add(as_set)
        limits[protocol] = max(limits.get(protocol, 0), max_prefix or 0)
    return {protocol: " ".join(sorted(found)) for protocol, found in as_sets.items()}, limits


def _contacts(member_id: int) -> tuple[Contact, ...]:
    rows = db.session.execute(
        select(
            ContactRow.kind,
            ContactRow.email,
            ContactRow.vlan_id,
            ContactRow.bounced_at.is_not(None),
        )
        .where(ContactRow.member_id == member_id, ContactRow.email != "")
        .order_by(ContactRow.kind.desc(), ContactRow.email)
    )
    return tuple(Contact(*row) for row in rows)


def _colleagues(member_id: int) -> frozenset[str]:
    found = db.session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.member_id == member_id, User.active)
    )
    return frozenset(email.casefold() for email in found)
