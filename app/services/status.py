"""The state of the database, for set-up and checks."""

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import Conflict
from app.extensions import db
from app.models import Infrastructure, Member, User


def is_empty() -> bool:
    """Whether nothing was ever put into the tables: no user, member or infrastructure."""
    return all(
        db.session.scalar(select(table.id).limit(1)) is None
        for table in (User, Member, Infrastructure)
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
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise Conflict(f"The database cannot be reached: {reason}") from error
