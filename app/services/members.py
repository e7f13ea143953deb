"""Members: find and list."""

from sqlalchemy import select

from app.domain.errors import Invalid, NotFound
from app.extensions import db
from app.models import Member
from app.models.base import AnyRow


def get_by_asn(asn: int) -> AnyRow:
    """The only member with this ASN; raises NotFound, or Invalid listing the ids."""
    rows = db.session.execute(
        select(Member.id, Member.asn, Member.name).where(Member.asn == asn)
    ).all()
    if not rows:
        raise NotFound(f"There is no member with AS{asn}.")
    if len(rows) > 1:
        raise Invalid("several")
    return rows[0]
