"""Who changed what, when and from where."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class AuditEntry(Base):
    """One change. `member_id` says whose part of the log it belongs to; none: the exchange's."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "member_id", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # none: a command
    viewing: Mapped[bool] = mapped_column(default=False)  # a superuser looking as the member
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(64))  # "mark changed", "user invited"
    subject: Mapped[str] = mapped_column(String(320))  # what was changed, in words
    changes: Mapped[list[list[str]]] = mapped_column(JSON)  # [field, old, new], as text
    address: Mapped[str | None] = mapped_column(String(45))  # of the browser
    # Id of the request or session report, as the action says. No key: it may be gone by now.
    about_id: Mapped[int | None]
