"""The state of the database, for set-up and checks."""

from typing import NamedTuple

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.domain.errors import Conflict
from app.domain.member import MemberStatus, MemberType
from app.extensions import db
from app.models import Collector, Infrastructure, Member, ObservedSession, User, Vlan


class Steps(NamedTuple):
    """What of an exchange's own data is there; without any of it members see nothing."""

    members: bool  # an active one that peers
    vlans: bool  # one that takes part in the peering manager
    samples: bool  # a collector wrote, or a recording was read


def is_empty() -> bool:
    """Whether nothing was ever put into the tables: no user, member or infrastructure."""
    return all(
        db.session.scalar(select(table.id).limit(1)) is None
        for table in (User, Member, Infrastructure)
    )


def get_steps() -> Steps:
    """What of an exchange's own data is there."""
    peers = Member.status == MemberStatus.ACTIVE, Member.type == MemberType.PEERING
    return Steps(
        members=db.session.scalar(select(Member.id).where(*peers).limit(1)) is not None,
        vlans=db.session.scalar(select(Vlan.id).where(Vlan.peering_manager).limit(1)) is not None,
        samples=any(
            db.session.scalar(select(table.id).limit(1)) is not None
            for table in (Collector, ObservedSession)
        ),
    )


def schema_revision() -> str | None:
    """The revision the tables are at, None when there are none.

    Raises Conflict with the reason when the database cannot be reached.
    """
    try:
        if not inspect(db.engine).has_table("alembic_version"):
            return None
        found: str | None = db.session.scalar(text("select version_num from alembic_version"))
        return found
    except DBAPIError as error:
        raise Conflict(explain(error) or str(error)) from error


def explain(error: Exception) -> str | None:
    """What a fault of the database means and what to do; None for any other fault."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    reason = str(error.orig).strip().splitlines()[0]
    if "no such table" in reason or "no such column" in reason or "Undefined" in _kind(error):
        return "The tables are missing or older than this program. Run: flask db upgrade"
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {reason}"
    return None


def _kind(error: DBAPIError) -> str:
    return type(error.orig).__name__  # psycopg: UndefinedTable, UndefinedColumn
