"""Members of the exchange, where they were imported from, and who said what last."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class Member(Base):
    """A network connected to the exchange. The ASN does not identify it; the id does."""

    __tablename__ = "member"
    __table_args__ = (
        Index(None, "asn"),
        CheckConstraint("asn between 1 and 4294967295", name="asn_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asn: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(255))
    organisation: Mapped[str | None] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(16), default="peering")  # MemberType
    status: Mapped[str] = mapped_column(String(16), default="active")  # MemberStatus
    policy: Mapped[str | None] = mapped_column(String(64))
    policy_url: Mapped[str | None] = mapped_column(String(1024))
    website: Mapped[str | None] = mapped_column(String(1024))
    as_set_4: Mapped[str | None] = mapped_column(String(255))
    as_set_6: Mapped[str | None] = mapped_column(String(255))  # none: as for IPv4
    max_prefix_4: Mapped[int | None]  # none: unknown, never 0
    max_prefix_6: Mapped[int | None]
    in_peeringdb: Mapped[bool | None]  # none: nobody said
    noc_phone: Mapped[str | None] = mapped_column(String(64))
    noc_hours: Mapped[str | None] = mapped_column(String(64))
    joined_at: Mapped[date | None]  # the day the exchange gives as "member since"
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_suspended: Mapped[bool] = mapped_column(default=False)  # what it is when it returns
    never_via_route_servers: Mapped[bool] = mapped_column(default=False)
    takes_requests: Mapped[str] = mapped_column(String(16), default="mail")  # domain.wishes.Wish
    requests_url: Mapped[str | None] = mapped_column(String(1024))
    matrix_opt_out: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MemberSource(Base):
    """How one source of data calls a member: its id there, or its ASN when it has none."""

    __tablename__ = "member_source"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(255))


class FieldOrigin(Base):
    """Who said a field of a member last; an import overwrites only what an import said."""

    __tablename__ = "field_origin"
    __table_args__ = (UniqueConstraint("member_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))  # "ixf", "operator", "member"
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(Base):
    """An address at which a member can be reached about peering."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "email", "vlan_id"),
        Index(
            "uq_contact_everywhere",
            "member_id",
            "kind",
            "email",
            unique=True,
            sqlite_where=text("vlan_id is null"),
            postgresql_where=text("vlan_id is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # "peering", "noc", "policy"
    vlan_id: Mapped[int | None] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))  # "ixf", "operator", "member"
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
