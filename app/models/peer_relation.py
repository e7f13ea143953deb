"""One member's standing towards another: its own, private decision."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class PeerRelation(Base):
    """One row per direction; `mark` is empty when only what was observed counts."""

    __tablename__ = "peer_relation"
    __table_args__ = (
        UniqueConstraint("member_id", "peer_id"),
        Index(None, "peer_id"),
        CheckConstraint("mark in ('peered', 'rejected')", name="mark"),
        CheckConstraint("member_id <> peer_id", name="two_members"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    peer_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    mark: Mapped[str | None] = mapped_column(String(16))
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mark_reason: Mapped[str | None] = mapped_column(String(200))
    mark_until: Mapped[date | None]  # the last day (UTC) on which the mark counts; none: for good
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def stands(cls, today: date) -> ColumnElement[bool]:
        """Condition: there is a mark, and it has not run out."""
        return and_(cls.mark.is_not(None), or_(cls.mark_until.is_(None), cls.mark_until >= today))
