"""BGP sessions seen on the wire: one row per pair of addresses, never one per sample."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class ObservedSession(Base):
    """What was seen between two addresses. `low` is the numerically lower address.

    For a confirmed pair `first_seen` and `last_seen` are those of confirmed connections; for a
    possible one those of clean samples; an attempt has neither. `last_clean` is the newest clean
    sample whatever the grade. `samples` counts clean samples, `attempts` the others. The columns
    stand for the fields of domain.evidence.Evidence.
    """

    __tablename__ = "observed_session"
    __table_args__ = (
        UniqueConstraint("low_address_id", "high_address_id"),
        Index(None, "high_address_id"),
        # None of a column that every sample changes: PostgreSQL then need not touch any index.
        Index(None, "vlan_id", "protocol"),
        CheckConstraint("low_address_id <> high_address_id", name="two_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_address_id: Mapped[int] = mapped_column(ForeignKey("interface_address.id"))
    high_address_id: Mapped[int] = mapped_column(ForeignKey("interface_address.id"))
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id"))
    protocol: Mapped[int]
    grade: Mapped[int]  # domain.evidence.Grade: 1 attempt, 2 possible, 3 confirmed
    first_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_clean: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The newest connection, so that evidence in a later batch can confirm it.
    low_port: Mapped[int | None]
    high_port: Mapped[int | None]
    connection_first: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connection_middle: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connection_last: Mapped[datetime | None] = mapped_column(UtcDateTime)
    low_position: Mapped[int | None] = mapped_column(BigInteger)  # in its stream, modulo 2^32
    high_position: Mapped[int | None] = mapped_column(BigInteger)
    last_sample_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of any kind
    samples: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(BigInteger, default=0)
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt_from: Mapped[str | None] = mapped_column(String(4))  # "low" or "high": who tries
    # The period in which it is seen, as far as it goes; it ends at `last_seen` so far.
    period_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    period_samples: Mapped[int | None]
    # From when on silence is too unlikely at its own rate, had somebody listened all the time.
    # Of confirmed pairs only.
    stale_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionPeriod(Base):
    """A time in which a pair was seen again and again; the last one of a pair still grows."""

    __tablename__ = "session_period"
    __table_args__ = (UniqueConstraint("session_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("observed_session.id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    grade: Mapped[int]  # 2 possible, 3 confirmed
    samples: Mapped[int]


class ConfirmedDay(Base):
    """How many pairs were seen confirmed on a day: counted once an hour, for the chart."""

    __tablename__ = "confirmed_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    sessions: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WrongReport(Base):
    """A member says that what is shown of a pair of addresses is wrong."""

    __tablename__ = "wrong_report"
    __table_args__ = (Index(None, "closed_at"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    peer_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    own_address_id: Mapped[int] = mapped_column(
        ForeignKey("interface_address.id", ondelete="CASCADE")
    )
    peer_address_id: Mapped[int] = mapped_column(
        ForeignKey("interface_address.id", ondelete="CASCADE")
    )
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claim: Mapped[str] = mapped_column(String(12))  # "session" or "none": what is true instead
    text: Mapped[str] = mapped_column(String(1000))
    shown: Mapped[str] = mapped_column(String(20))  # domain.classify.Link as it was shown then
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(1000))  # the member reads it


class FeedBatch(Base):
    """A recording or batch already counted, known by the digest of its octets."""

    __tablename__ = "feed_batch"
    __table_args__ = (UniqueConstraint("source", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
