"""Who said a field of a member last, so that an import knows what it may overwrite."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from app.domain.change import Change
from app.extensions import db, transaction
from app.models import FieldOrigin
from app.services.upsert import insert_into

IMPORT = "ixf"


class Origin(NamedTuple):
    """Who said a value last, and when."""

    source: str
    at: datetime


def list_origins(member_id: int, fields: Iterable[str]) -> dict[str, Origin]:
    """Who said each of these fields last; one that nobody said is left out."""
    said = db.session.execute(
        select(FieldOrigin.field, FieldOrigin.source, FieldOrigin.at).where(
            FieldOrigin.member_id == member_id, FieldOrigin.field.in_(tuple(fields))
        )
    )
    return {field: Origin(source, at) for field, source, at in said}


def give_back(member_id: int, field: str) -> list[Change]:
    """Let the next import say the field, within the caller's transaction; its value stays."""
    found = db.session.execute(
        delete(FieldOrigin)
        .where(
            FieldOrigin.member_id == member_id,
            FieldOrigin.field == field,
            FieldOrigin.source != IMPORT,
        )
        .returning(FieldOrigin.source)
    ).scalar()
    return [Change(field, found, IMPORT)] if found else []


def say(member_id: int, fields: Iterable[str], source: str, *, now: datetime) -> None:
    """Remember that `source` ("ixf", "operator", "member") said these fields.

    Within the transaction of the change; one statement, so that an import that says the same
    field first makes no error.
    """
    rows = [
        {"member_id": member_id, "field": field, "source": source, "at": now}
        for field in sorted(fields)
    ]
    if not rows:
        return
    statement = insert_into(FieldOrigin).values(rows)
    new = statement.excluded
    with transaction() as session:
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["member_id", "field"], set_={"source": new.source, "at": new.at}
            )
        )
