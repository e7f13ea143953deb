"""Logins: the sessions that stand, links that work once, and tries that were counted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class LoginSession(Base):
    """One browser in which a user is signed in. Without its row a cookie is worth nothing."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(255), default="")


class OneTimeToken(Base):
    """A link that was mailed to set a password or to confirm an address; it works once and not
    for long."""

    __tablename__ = "one_time_token"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    purpose: Mapped[str] = mapped_column(String(16))  # "reset", "invitation", "address"
    email: Mapped[str | None] = mapped_column(String(320))  # the new address it confirms
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginAttempt(Base):
    """Failed tries within one window of time, per account or per address."""

    __tablename__ = "login_attempt"
    __table_args__ = (UniqueConstraint("key", "window_at"), Index(None, "window_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))  # "account " or "address " and a hash
    window_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
