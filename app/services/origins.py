"""Who said a field of a member last, so that an import knows what it may overwrite."""

from collections.abc import Iterable
from datetime import datetime

from app.extensions import transaction
from app.models import FieldOrigin
from app.services.upsert import insert_into


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
