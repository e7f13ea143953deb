"""A member leaves and returns, is suspended and resumed, by the hand of the exchange."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, NotFound, Overtaken
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus
from app.extensions import db, transaction
from app.models import InterfaceAddress, Member, VlanInterface
from app.services import audit, leaving, member_edit, request_wishes
from app.services.member_row import NO_MEMBER


class Gone(NamedTuple):
    """What ended with a member."""

    interfaces: int
    addresses: int


class Back(NamedTuple):
    """What came back with a member, and the addresses that somebody else has by now."""

    interfaces: int
    taken: list[str]


def leave(actor: Actor | None, member_id: int, *, now: datetime) -> Gone:
    """End a member, its connections and its addresses, as an import does; all history stays.

    Raises NotFound, or Conflict when it has left already.
    """
    with transaction() as session:
        member = _locked(member_id)
        if member.status == MemberStatus.LEFT:
            raise Conflict(f"{member.name} has left already.")
        before = member.status
        interfaces = session.scalars(
            select(VlanInterface).where(
                VlanInterface.member_id == member.id, VlanInterface.left_at.is_(None)
            )
        ).all()
        addresses = session.scalars(  # of connections that ended before, too
            select(InterfaceAddress)
            .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
            .where(VlanInterface.member_id == member.id, InterfaceAddress.until_at.is_(None))
        ).all()
        for address in addresses:
            leaving.end_address(address, now)
        for interface in interfaces:
            leaving.end_connection(interface, now)
        leaving.end_member(member, now)
        session.flush()
        request_wishes.cancel_unwanted(now=now, member_id=member.id)
        gone = Gone(len(interfaces), len(addresses))
        changes = [
            Change("status", before, member.status),
            Change("interfaces", gone.interfaces, 0),
            Change("addresses", gone.addresses, 0),
        ]
        _record(actor, "member left", member, changes, now)
    return gone


def return_(actor: Actor | None, member_id: int, *, now: datetime, share_asn: bool = False) -> Back:
    """Bring a member back, suspended if it was, with the connections it had when it left.

    An address that somebody else has by now stays with them. Raises NotFound, Conflict when it
    has not left, or SameAsn unless `share_asn` when another member has its ASN by now.
    """
    try:
        with transaction() as session:
            member_edit.hold_asns()
            member = _locked(member_id)
            if member.status != MemberStatus.LEFT:
                raise Conflict(f"{member.name} has not left.")
            if not share_asn:
                member_edit.refuse_twin(member.asn, but=member.id)
            back = _reconnect(member)
            leaving.restore_member(member)
            changes = [
                Change("status", MemberStatus.LEFT, member.status),
                Change("interfaces", 0, back.interfaces),
            ]
            _record(actor, "member returned", member, changes, now)
            session.flush()
    except IntegrityError as error:
        raise Overtaken(
            "An address of this member was given to somebody else at the same moment. Nothing "
            "was changed; try again."
        ) from error
    return back


def suspend(actor: Actor | None, member_id: int, *, now: datetime) -> None:
    """Take an active member off the tabs of all others; everything of it stays."""
    _move(actor, member_id, MemberStatus.ACTIVE, MemberStatus.SUSPENDED, now)


def resume(actor: Actor | None, member_id: int, *, now: datetime) -> None:
    """Let a suspended member take part again."""
    _move(actor, member_id, MemberStatus.SUSPENDED, MemberStatus.ACTIVE, now)


def _move(
    actor: Actor | None, member_id: int, old: MemberStatus, new: MemberStatus, now: datetime
) -> None:
    with transaction():
        member = _locked(member_id)
        if member.status != old:
            raise Overtaken(f"{member.name} is {member.status}, not {old}. Reload its page.")
        member.status = new
        action = "member suspended" if new is MemberStatus.SUSPENDED else "member resumed"
        _record(actor, action, member, [Change("status", old, new)], now)


def _reconnect(member: Member) -> Back:
    """Only what ended in the moment the member left; what had ended before stays so."""
    session = db.session()
    rows = session.execute(
        select(VlanInterface, InterfaceAddress)
        .join(InterfaceAddress, InterfaceAddress.interface_id == VlanInterface.id)
        .where(
            VlanInterface.member_id == member.id,
            VlanInterface.left_at == member.left_at,
            InterfaceAddress.until_at == member.left_at,
        )
        .order_by(InterfaceAddress.id)
    ).all()
    taken = _taken([address for _, address in rows])
    back = set()
    for interface, address in rows:
        if (address.vlan_id, address.address) not in taken:
            address.until_at, interface.left_at = None, None
            interface.status = InterfaceStatus.CONNECTED
            back.add(interface.id)
    return Back(len(back), sorted(address for _, address in taken))


def _taken(addresses: list[InterfaceAddress]) -> set[tuple[int, str]]:
    """Those of these addresses that are live in their VLAN again."""
    rows = db.session.execute(
        select(InterfaceAddress.vlan_id, InterfaceAddress.address).where(
            InterfaceAddress.address.in_([row.address for row in addresses]),
            InterfaceAddress.until_at.is_(None),
        )
    )
    return {(row.vlan_id, row.address) for row in rows} & {
        (row.vlan_id, row.address) for row in addresses
    }


def _locked(member_id: int) -> Member:
    query = select(Member).where(Member.id == member_id).with_for_update()
    row: Member | None = None
    if is_possible_id(member_id):
        row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(NO_MEMBER)
    return row


def _record(
    actor: Actor | None, action: str, member: Member, changes: list[Change], now: datetime
) -> None:
    subject = f"AS{member.asn} {member.name}"
    audit.record(actor, action, subject, now=now, member_id=member.id, changes=changes)
