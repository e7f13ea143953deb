"""The switching fabrics of the exchange: found by name, made, renamed, left when empty."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, NotFound, Overtaken
from app.domain.ids import is_possible_id
from app.extensions import db, transaction
from app.models import Infrastructure, Vlan
from app.services import audit
from app.services.unique import conflict_on_unique
from app.services.upsert import insert_into


class Line(NamedTuple):
    """An infrastructure and how many VLANs it has."""

    id: int
    name: str
    vlans: int


def list_infrastructures() -> list[Line]:
    """All of them by name."""
    query = (
        select(Infrastructure.id, Infrastructure.name, func.count(Vlan.id))
        .outerjoin(Vlan)
        .group_by(Infrastructure.id)
        .order_by(Infrastructure.name)
    )
    return [Line(*row) for row in db.session.execute(query)]


class Unknown(Conflict):
    """There is no infrastructure of this name; that it is new must be said."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"There is no infrastructure “{name}”; there is {', '.join(known[:10])}. Choose one, "
            "or tick the box beneath if it is a new one.",
            "infrastructure",
        )


def get(home_id: int) -> Line:
    """One of them; raises NotFound."""
    found = next((line for line in list_infrastructures() if line.id == home_id), None)
    if found is None:
        raise NotFound("There is no such infrastructure; it may have gone with its last VLAN.")
    return found


def check_known(name: str) -> None:
    """Raise Unknown for a name that is none of those there are, so that a slip of the pen makes
    no new one; the first one of all is new without asking."""
    known = [line.name for line in list_infrastructures()]
    if known and name.casefold() not in map(str.casefold, known):
        raise Unknown(name, known)


def hold(name: str, *, before: int | None = None) -> int:
    """The id of the infrastructure of this name, made when it is new, kept still until the
    transaction ends: of two who want it at once, both get the same one.

    `before` is the one that a VLAN may leave for it: both are kept still, in one order for
    everybody, so that two VLANs that change places do not wait for each other for ever.
    Raises Conflict for a name that differs from a known one by case only.
    """
    session = db.session
    twin = _twin(name)
    if twin is not None:
        raise Conflict(f"There is an infrastructure {twin} already: write it the same.",
                       "infrastructure")  # fmt: skip
    session.execute(insert_into(Infrastructure).values(name=name).on_conflict_do_nothing())
    wanted = or_(Infrastructure.name == name, Infrastructure.id == before)
    query = select(Infrastructure.id, Infrastructure.name).where(wanted).order_by(Infrastructure.id)
    # The one that is left may be deleted; a weaker lock, made stronger then, would be too late.
    held = session.execute(
        query.with_for_update() if before else query.with_for_update(key_share=True)
    ).all()
    found: int | None = next((row.id for row in held if row.name == name), None)
    if found is None:
        raise Overtaken(f"{name} was deleted at this moment. Save again.", "infrastructure")
    return found


def leave(home_id: int) -> None:
    """Take it away when no VLAN is left in it."""
    session = db.session
    session.execute(select(Infrastructure.id).where(Infrastructure.id == home_id).with_for_update())
    if session.scalar(select(Vlan.id).where(Vlan.infrastructure_id == home_id).limit(1)) is None:
        session.execute(delete(Infrastructure).where(Infrastructure.id == home_id))


def rename(actor: Actor | None, home_id: int, name: str, *, before: str, now: datetime) -> None:
    """Give it another name than the one it had `before`. Raises NotFound, Conflict."""
    taken = Conflict(f"There is an infrastructure {name} already. Choose another name.", "name")
    with transaction() as session, conflict_on_unique(taken):
        standing = session.scalar(
            select(Infrastructure.name).where(Infrastructure.id == home_id).with_for_update()
        ) if is_possible_id(home_id) else None  # fmt: skip
        if standing is None:
            raise NotFound("There is no such infrastructure; it may have gone with its last VLAN.")
        if standing != before:
            raise Overtaken(
                f"Somebody else renamed it meanwhile: it is {standing} now. Save again to "
                "overwrite that."
            )
        if _twin(name, but=home_id) is not None:
            raise taken
        if name == standing:
            return
        session.execute(
            update(Infrastructure).where(Infrastructure.id == home_id).values(name=name)
        )
        changes = [Change("name", standing, name)]
        audit.record(actor, "infrastructure renamed", f"Infrastructure {name}", now=now,
                     changes=changes)  # fmt: skip


def _twin(name: str, but: int = 0) -> str | None:
    """One whose name differs by case only. Python compares: databases fold ASCII or by locale."""
    known = db.session.execute(
        select(Infrastructure.id, Infrastructure.name).order_by(Infrastructure.id)
    ).all()
    if but == 0 and any(row.name == name for row in known):
        return None
    same = (row.name for row in known if row.id != but and row.name.casefold() == name.casefold())
    return next(same, None)
