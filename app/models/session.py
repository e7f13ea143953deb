"""BGP sessions seen on the wire: one row per pair of addresses, never one per sample."""

from datetime import datetime

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
        Index(None, "vlan_id", "protocol", "last_seen"),
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


class FeedBatch(Base):
    """A recording or batch already counted, known by the digest of its octets."""

    __tablename__ = "feed_batch"
    __table_args__ = (UniqueConstraint("source", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
