"""What a look found free, and somebody else took before the write."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict
from app.extensions import transaction
from app.models.base import Base

SQLITE = "UNIQUE constraint failed: "
POSTGRES = "23505"  # unique_violation


@contextmanager
def conflict_on_unique(refusal: Conflict | None = None, /, **by_column: Conflict) -> Iterator[None]:
    """Raise the refusal that the look before the write would have given.

    `by_column` names a column of the constraint that was broken; `refusal` is for any other.
    What stands in the block is written at its end, within the caller's transaction, which can go
    on after the refusal. Other errors pass as they are.

        with transaction() as session, conflict_on_unique(email=Conflict("…", "email")):
            session.add(user)
    """
    try:
        with transaction() as session, session.begin_nested():
            yield
    except IntegrityError as error:
        columns = broken_columns(error)
        found = next((by_column[name] for name in columns if name in by_column), refusal)
        if not columns or found is None:
            raise
        raise found from error


def broken_columns(error: IntegrityError) -> list[str]:
    """The columns of the unique constraint that was broken; none for any other error."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is None:
        message = str(error.orig)
        if not message.startswith(SQLITE):
            return []
        return [name.rpartition(".")[2] for name in message[len(SQLITE) :].split(", ")]
    if diagnosis.sqlstate != POSTGRES:
        return []
    return _columns_of(Base.metadata.tables[diagnosis.table_name], diagnosis.constraint_name)


def _columns_of(table: Table, name: str) -> list[str]:
    for one in (*table.constraints, *table.indexes):
        if isinstance(one, UniqueConstraint | PrimaryKeyConstraint | Index) and one.name == name:
            return [column.name for column in one.columns]
    return [name]  # one that no model declares
