"""Mail that is to leave, stored in the transaction of the action that caused it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class OutboxMessage(Base):
    """One mail as it will be sent. Its Message-ID never changes, whatever is tried again."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "member_id"),
        Index(None, "user_id", "created_at"),
        CheckConstraint(
            "state in ('queued', 'sending', 'sent', 'failed', 'doubtful', 'cancelled')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)  # RFC 5322, 3.6.4
    purpose: Mapped[str] = mapped_column(String(32))  # "invitation", "reset", "notice"
    state: Mapped[str] = mapped_column(String(16), default="queued")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who caused it
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    sender: Mapped[str] = mapped_column(String(640))  # From, as a header
    reply_to: Mapped[str | None] = mapped_column(Text)
    in_reply_to: Mapped[str | None] = mapped_column(Text)  # Message-IDs, the one answered last
    subject: Mapped[str] = mapped_column(String(998))
    text: Mapped[str] = mapped_column(Text)  # emptied when a personal link in it is of no use
    html: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # while "sending"
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OutboxRecipient(Base):
    """One address of a mail, and what the server said about it."""

    __tablename__ = "outbox_recipient"
    __table_args__ = (
        UniqueConstraint("outbox_id", "address"),
        CheckConstraint("kind in ('to', 'cc', 'bcc')", name="kind"),
        CheckConstraint("state in ('queued', 'sent', 'refused')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(255), default="")
    address: Mapped[str] = mapped_column(String(320))
    state: Mapped[str] = mapped_column(String(8), default="queued")
    answer: Mapped[str | None] = mapped_column(Text)
