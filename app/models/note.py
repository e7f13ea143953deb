"""What a member writes about another, and what is logged between them: private to the member."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class Note(Base):
    """One entry. A note is Markdown that its member may edit; a log entry is plain text that
    nobody edits. A deleted note keeps its row, so that deleting can be undone."""

    __tablename__ = "note"
    __table_args__ = (
        Index(None, "member_id", "peer_id", "at"),
        CheckConstraint("kind in ('note', 'log')", name="kind"),
        CheckConstraint("member_id <> peer_id", name="two_members"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    peer_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    text_before: Mapped[str | None] = mapped_column(Text)  # so that the last edit can be undone
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("peering_request.id", ondelete="SET NULL")
    )  # of a log entry: the request it tells of
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
