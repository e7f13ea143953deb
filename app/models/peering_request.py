"""Requests for peering: who asked whom for which sessions, and what holds them back."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class PeeringRequest(Base):
    """One request. What became of its mail stands at the outbox message; a marked one has none.

    `counted` says whether it is a "last sent": test mode leaves it out unless told otherwise.
    """

    __tablename__ = "peering_request"
    __table_args__ = (
        Index(None, "member_id", "peer_id", "at"),
        Index(None, "peer_id", "at"),
        Index(None, "outbox_id"),
        CheckConstraint("channel in ('mailed', 'marked')", name="channel"),
        CheckConstraint("member_id <> peer_id", name="two_members"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    peer_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(8))
    is_test: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=True)
    leaves_on: Mapped[date]  # the day (UTC) whose allowance it uses
    outbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL")
    )
    subject: Mapped[str] = mapped_column(String(998))
    message: Mapped[str] = mapped_column(Text)  # Markdown, as it stood in the form


class RequestPair(Base):
    """One session that was asked for."""

    __tablename__ = "request_pair"
    __table_args__ = (
        UniqueConstraint("request_id", "own_address_id", "peer_address_id"),
        Index(None, "own_address_id", "peer_address_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("peering_request.id", ondelete="CASCADE"))
    own_address_id: Mapped[int] = mapped_column(ForeignKey("interface_address.id"))
    peer_address_id: Mapped[int] = mapped_column(ForeignKey("interface_address.id"))


class RequestPause(Base):
    """The operator's brake: nobody's requests leave, or those of one member."""

    __tablename__ = "request_pause"
    __table_args__ = (Index(None, "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE")
    )  # none: everybody's
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
