"""The sessions that count: seen within the look-back window, between live addresses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import String, and_, bindparam, case, cast, func, or_, select, union_all

from app.domain.classify import Sighting, Sightings
from app.domain.evidence import Grade
from app.domain.grid import Window, Windows
from app.extensions import db
from app.models import InterfaceAddress, ObservedSession, VlanInterface
from app.models.base import AnySelect, UtcDateTime
from app.services.peering_rows import live_on

_SEEN = ObservedSession.__table__.c
Asked = Mapping[str, Any]
Heard = tuple[int, Grade, Iterable[int]]  # an address, and with whom it has sessions of this grade
_WINDOW: Asked = {name: bindparam(name, type_=UtcDateTime) for name in ("since", "heard", "floor")}
NEVER = datetime(1970, 1, 2, tzinfo=UTC)
GRADES = {int(grade): grade for grade in Grade}


def list_seen(
    member_id: int, vlan_ids: Sequence[int], *, now: datetime, windows: Windows
) -> dict[int, Sightings]:
    """The sessions of a member that count, by the member at their other end.

    Only between live addresses on one of these VLANs, and in one protocol.
    """
    if not vlan_ids:
        return {}
    found: dict[int, list[Sighting]] = {}
    asked = {"me": member_id, "vlans": vlan_ids, "now": now} | _by_vlan(vlan_ids, windows)
    # Tuples of the driver, as in peering_rows.
    rows = db.session.connection().execute(_of_member(len(vlan_ids)), asked).cursor.fetchall()
    for peer_id, vlan_id, protocol, grade in rows:
        found.setdefault(peer_id, []).append(_sighting(vlan_id, protocol, grade))
    return {peer_id: tuple(sorted(sightings)) for peer_id, sightings in found.items()}


@lru_cache(maxsize=4096)  # hundreds of sessions of a member are of some dozen kinds
def _sighting(vlan_id: int, protocol: int, grade: int) -> Sighting:
    return Sighting(vlan_id, protocol, GRADES[grade])


def fingerprint(sessions: Mapping[int, Sightings]) -> str:
    """A short text that is another one when any of these sessions changed."""
    # All of it are numbers: their hash is the same in every process.
    return format(hash(frozenset(sessions.items())) % 2**48, "x")


def _by_vlan(vlan_ids: Sequence[int], windows: Windows) -> dict[str, Any]:
    """The windows as `_of_member` names them; where nobody knows of silence, nobody is stale."""
    asked: dict[str, Any] = {"since": windows.since}
    for number, vlan_id in enumerate(vlan_ids):
        window = windows.on(vlan_id)
        asked[f"vlan{number}"] = vlan_id
        asked[f"heard{number}"] = window.heard or NEVER
        asked[f"floor{number}"] = window.floor or NEVER
    return asked


def list_on_vlan(
    vlan_id: int, protocol: int, *, now: datetime, window: Window, most: bool = False
) -> Iterator[Heard]:
    """Every session on a VLAN that counts. `most` says that it has a good part of all there are."""
    asked = {
        "vlan": vlan_id,
        "protocol": protocol,
        "now": now,
        "since": window.since,
        "heard": window.heard or NEVER,
        "floor": window.floor or NEVER,
    }
    # Not through the session, as in peering_rows.
    for low, grade, others in db.session.connection().execute(_on_vlan(most), asked).all():
        yield low, GRADES[grade], map(int, others.split(","))


def _is_fresh(window: Asked) -> Any:
    return and_(
        _SEEN.last_seen >= window["since"],
        or_(
            _SEEN.stale_at.is_(None),
            _SEEN.stale_at >= window["heard"],
            _SEEN.last_seen >= window["floor"],
        ),
    )


def _grade(window: Asked) -> Any:
    """domain.grid.grade_now, said in SQL: no point in time has to be read."""
    return case((_is_fresh(window), _SEEN.grade), else_=int(Grade.POSSIBLE))


def _counts(now: Any, window: Asked) -> tuple[Any, ...]:
    is_clean = and_(_SEEN.last_clean >= window["since"], _SEEN.last_clean > _SEEN.last_seen)
    return (
        _SEEN.grade >= Grade.POSSIBLE,
        _SEEN.first_seen <= now,
        or_(_is_fresh(window), is_clean),
    )


@cache
def _on_vlan(most: bool) -> AnySelect:
    """One row for each address and grade: of half a million rows, reading them is what takes long.

    For most of a table SQLite is five times quicker without its index, and `+ 0` keeps it off.
    """
    vlan, low = _SEEN.vlan_id, _SEEN.low_address_id
    others = func.aggregate_strings(cast(_SEEN.high_address_id, String), ",")
    return (
        select((low + 0 if most else low).label("low"), _grade(_WINDOW).label("sure"), others)
        .where(
            (vlan + 0 if most else vlan) == bindparam("vlan"),
            _SEEN.protocol == bindparam("protocol"),
            *_counts(bindparam("now"), _WINDOW),
        )
        .group_by("low", "sure")
    )


def _windows(vlans: int) -> Asked:
    """Parameters of a window that differs by VLAN; the first one is whoever is none of the others,
    so that on one VLAN nothing is compared."""

    def one_of(name: str) -> Any:
        first, *others = (bindparam(f"{name}{n}", type_=UtcDateTime) for n in range(vlans))
        arms: dict[Any, Any] = {bindparam(f"vlan{n}"): value for n, value in enumerate(others, 1)}
        return case(arms, value=_SEEN.vlan_id, else_=first) if arms else first

    since = bindparam("since", type_=UtcDateTime)
    return {"since": since, "heard": one_of("heard"), "floor": one_of("floor")}


def _from(near: Any, far: Any, window: Asked) -> AnySelect:
    """The sessions whose `near` end is the member's."""
    port, other = (VlanInterface.__table__.alias(name) for name in ("port", "other"))
    mine, theirs = (InterfaceAddress.__table__.alias(name) for name in ("mine", "theirs"))
    vlans: Any = bindparam("vlans", expanding=True)
    return (
        select(other.c.member_id, theirs.c.vlan_id, theirs.c.protocol, _grade(window))
        .select_from(port)
        .join(mine, mine.c.interface_id == port.c.id)
        .join(ObservedSession.__table__, near == mine.c.id)
        .join(theirs, far == theirs.c.id)
        .join(other, other.c.id == theirs.c.interface_id)
        .where(
            port.c.member_id == bindparam("me"),
            *live_on(vlans, port, mine),
            *live_on(vlans, other, theirs),
            theirs.c.vlan_id == mine.c.vlan_id,
            theirs.c.protocol == mine.c.protocol,
            *_counts(bindparam("now"), window),
        )
    )


@lru_cache(maxsize=64)  # putting it together takes longer than the database needs to answer it
def _of_member(vlans: int) -> Any:
    """Two index searches: one OR over both ends would read the whole table."""
    window = _windows(vlans)
    return union_all(
        _from(_SEEN.low_address_id, _SEEN.high_address_id, window),
        _from(_SEEN.high_address_id, _SEEN.low_address_id, window),
    )
