"""The peering matrix: who may see which parties of a VLAN, and every link between them."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select, true, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.classify import Link
from app.domain.errors import Forbidden, NotFound
from app.domain.ids import is_possible_id
from app.domain.matrix import Matrix, Party, make_matrix
from app.domain.matrix_density import Week, monday
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db, transaction
from app.models import (
    Infrastructure,
    InterfaceAddress,
    MatrixDensity,
    Member,
    ObservedSession,
    Vlan,
    VlanInterface,
)
from app.models.base import AnySelect
from app.services import audit, origins, watching
from app.services.peering_rows import Column
from app.services.seen import list_on_vlan
from app.services.upsert import insert_into

MANY = 200  # members, whose sessions are likely a good part of all
NO_PAIR = "There is no such pair in this matrix."


# Built once, of tables and not of classes: at a hundred members that is felt in the answer.
_VLAN, _HOME = Vlan.__table__.c, Infrastructure.__table__.c
_MEMBER, _PORT = Member.__table__.c, VlanInterface.__table__.c
_ADDRESS = InterfaceAddress.__table__.c
_FLAGGED = (
    select(_VLAN.id, _VLAN.name, _VLAN.tag, _HOME.name.label("home"), _VLAN.ixf_vlan_id)
    .join_from(Vlan.__table__, Infrastructure.__table__)
    .where(_VLAN.peering_matrix, _VLAN.private.is_(False))
)


class Evidence(NamedTuple):
    """When any session of a pair was first and last seen; None when none ever was."""

    first_seen: datetime | None
    last_seen: datetime | None


def list_vlans(default_vlan: str = "") -> list[Column]:
    """VLANs with the matrix flag: the default first, then by tag, untagged last."""
    rows = sorted(
        db.session.execute(_FLAGGED).all(),
        key=lambda row: (
            default_vlan not in (row.name, str(row.ixf_vlan_id)),
            row.tag is None,
            row.tag or 0,
            row.home,
            row.name,
        ),
    )
    return [Column(row.id, row.name, row.tag, row.home) for row in rows]


def sees_everybody(actor: Actor | None) -> bool:
    """Whether members who left the matrix are shown too: to superusers as themselves only."""
    return actor is not None and actor.is_superuser and not actor.viewing


def get_matrix(
    actor: Actor | None, vlan_id: int, protocol: int, *, now: datetime, lookback: timedelta
) -> Matrix:
    """The matrix this viewer may see, in three statements. Members who left it are not read."""
    return _read(vlan_id, protocol, sees_everybody(actor), now, lookback)


def _read(
    vlan_id: int, protocol: int, everybody: bool, now: datetime, lookback: timedelta
) -> Matrix:
    parties = _list_parties(vlan_id, protocol, everybody)
    windows = watching.read_windows([vlan_id], now=now, lookback=lookback)
    window, most = windows.on(vlan_id), len(parties) > MANY
    sessions = list_on_vlan(vlan_id, protocol, now=now, window=window, most=most)
    return make_matrix(parties, sessions)


@cache
def _parties(*, everybody: bool) -> AnySelect:
    return (
        select(
            _MEMBER.id,
            _MEMBER.name,
            _MEMBER.asn,
            _MEMBER.organisation,
            _MEMBER.never_via_route_servers,
            _ADDRESS.id,
            _ADDRESS.rs_client,
        )
        .join_from(Member.__table__, VlanInterface.__table__, _PORT.member_id == _MEMBER.id)
        .join(InterfaceAddress.__table__, _ADDRESS.interface_id == _PORT.id)
        .where(
            _PORT.vlan_id == bindparam("vlan_id"),
            _PORT.status == InterfaceStatus.CONNECTED,
            _ADDRESS.protocol == bindparam("protocol"),
            _ADDRESS.until_at.is_(None),
            _ADDRESS.enabled,
            _MEMBER.status == MemberStatus.ACTIVE,
            _MEMBER.type == MemberType.PEERING,
            true() if everybody else _MEMBER.matrix_opt_out.is_(False),
        )
        .order_by(_MEMBER.asn, _MEMBER.name, _MEMBER.id, _ADDRESS.id)
    )


def _list_parties(vlan_id: int, protocol: int, everybody: bool) -> list[Party]:
    asked = {"vlan_id": vlan_id, "protocol": protocol}
    rows = db.session.execute(_parties(everybody=everybody), asked).all()
    found: dict[int, Party] = {}
    for member_id, name, asn, organisation, never, address_id, client in rows:
        before = found.get(member_id)
        held = before.addresses if before else ()
        via = (client and not never) or bool(before and before.client)
        found[member_id] = Party(member_id, name, asn, organisation, via, (*held, address_id))
    return list(found.values())


def get_evidence(one: Party, other: Party, *, now: datetime, lookback: timedelta) -> Evidence:
    """When a session of this pair was first and last seen, in the look-back window."""
    since = now - lookback
    ends = (ObservedSession.low_address_id, ObservedSession.high_address_id)
    rows = db.session.execute(
        select(
            ObservedSession.first_seen, ObservedSession.last_seen, ObservedSession.last_clean
        ).where(
            or_(
                and_(ends[0].in_(one.addresses), ends[1].in_(other.addresses)),
                and_(ends[0].in_(other.addresses), ends[1].in_(one.addresses)),
            ),
            ObservedSession.first_seen <= now,
            or_(ObservedSession.last_seen >= since, ObservedSession.last_clean >= since),
        )
    ).all()
    last = [moment for row in rows for moment in (row.last_seen, row.last_clean) if moment]
    first = [row.first_seen for row in rows]
    return Evidence(min(first, default=None), max(last, default=None))


def is_out(member_id: int) -> bool:
    """Whether a member left the matrix."""
    if not is_possible_id(member_id):
        raise NotFound(f"There is no member with id {member_id}.")
    return bool(db.session.scalar(select(Member.matrix_opt_out).where(Member.id == member_id)))


def set_opt_out(actor: Actor, out: bool, *, now: datetime) -> bool:
    """Leave the matrix, or come back, for the member the actor acts for.

    Returns what was before. Raises Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("Only a member leaves the matrix; this login acts for none.")
    member_id = actor.member.member_id
    with transaction() as session:
        query = select(Member.matrix_opt_out).where(Member.id == member_id).with_for_update()
        before = bool(session.scalar(query))
        if before != out:
            session.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(matrix_opt_out=out, version=Member.version + 1)
            )
            origins.say(member_id, ["matrix_opt_out"], "member", now=now)
            subject = f"AS{actor.member.asn} {actor.member.name}"
            changes = [Change("matrix_opt_out", before, out)]
            audit.record(
                actor, "matrix changed", subject, now=now, member_id=member_id, changes=changes
            )
    return before


def record(*, now: datetime, lookback: timedelta) -> int:
    """Store how dense each matrix is this week, as the public would see it; returns how many."""
    done = 0
    with transaction() as session:
        for vlan in list_vlans():
            for protocol in (4, 6):
                matrix = _read(vlan.vlan_id, protocol, False, now, lookback)
                if matrix.parties:
                    session.execute(_upsert(vlan.vlan_id, protocol, matrix, monday(now.date())))
                    done += 1
    return done


def _upsert(vlan_id: int, protocol: int, matrix: Matrix, week: date):  # type: ignore[no-untyped-def]
    totals = matrix.totals()
    counts = {
        "pairs": sum(totals.values()),
        "route_server": totals[Link.ROUTE_SERVER],
        "bilateral": totals[Link.BILATERAL],
        "both": totals[Link.BOTH],
    }
    statement = insert_into(MatrixDensity).values(
        week=week, vlan_id=vlan_id, protocol=protocol, **counts
    )
    return statement.on_conflict_do_update(
        index_elements=["vlan_id", "protocol", "week"], set_=counts
    )


def list_weeks(vlan_id: int, protocol: int, *, most: int = 26) -> list[Week]:
    """How dense a matrix was in its last weeks, oldest first."""
    rows = db.session.execute(
        select(
            MatrixDensity.week,
            MatrixDensity.pairs,
            MatrixDensity.route_server,
            MatrixDensity.bilateral,
            MatrixDensity.both,
        )
        .where(MatrixDensity.vlan_id == vlan_id, MatrixDensity.protocol == protocol)
        .order_by(MatrixDensity.week.desc())
        .limit(most)
    )
    return [Week(*row) for row in reversed(rows.all())]
