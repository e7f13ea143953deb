"""Peering LANs and the connections of members in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class Infrastructure(Base):
    """A switching fabric of the exchange; VLAN tags are unique only within one."""

    __tablename__ = "infrastructure"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    ixf_ixp_id: Mapped[int | None]


class Vlan(Base):
    """A peering LAN. It takes part in the peering manager only when its flag is set."""

    __tablename__ = "vlan"
    __table_args__ = (
        UniqueConstraint("infrastructure_id", "name"),
        UniqueConstraint("infrastructure_id", "tag"),
        UniqueConstraint("infrastructure_id", "ixf_vlan_id"),
        CheckConstraint("tag between 1 and 4094", name="tag_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    infrastructure_id: Mapped[int] = mapped_column(ForeignKey("infrastructure.id"))
    name: Mapped[str] = mapped_column(String(255))
    tag: Mapped[int | None]  # 802.1Q; none for an untagged LAN
    ixf_vlan_id: Mapped[int | None]  # the export's own id, not the tag
    peering_manager: Mapped[bool] = mapped_column(default=False)
    peering_matrix: Mapped[bool] = mapped_column(default=False)
    private: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str | None] = mapped_column(Text)  # for those who run the exchange
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class VlanPrefix(Base):
    """An address block of a peering LAN, in canonical text (`192.0.2.0/24`)."""

    __tablename__ = "vlan_prefix"
    __table_args__ = (UniqueConstraint("vlan_id", "protocol", "prefix"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    protocol: Mapped[int]  # 4 or 6
    prefix: Mapped[str] = mapped_column(String(43))


class VlanInterface(Base):
    """One connection of a member in a VLAN."""

    __tablename__ = "vlan_interface"
    __table_args__ = (Index(None, "vlan_id", "member_id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id"))
    status: Mapped[str] = mapped_column(String(16), default="connected")  # InterfaceStatus
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class InterfaceAddress(Base):
    """An address while one member held it. Sessions hang on this row, so they never follow a
    reassigned address to its next holder; `until_at` is empty while the address is live."""

    __tablename__ = "interface_address"
    __table_args__ = (
        Index(None, "interface_id"),
        Index(
            "uq_interface_address_live",
            "vlan_id",
            "address",
            unique=True,
            sqlite_where=text("until_at is null"),
            postgresql_where=text("until_at is null"),
        ),
        CheckConstraint("protocol in (4, 6)", name="protocol"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interface_id: Mapped[int] = mapped_column(ForeignKey("vlan_interface.id"))
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id"))
    protocol: Mapped[int]  # 4 or 6
    address: Mapped[str] = mapped_column(String(39))  # canonical text, RFC 5952
    enabled: Mapped[bool] = mapped_column(default=True)
    rs_client: Mapped[bool] = mapped_column(default=False)
    max_prefix: Mapped[int | None]  # none: unknown, never 0
    as_set: Mapped[str | None] = mapped_column(String(255))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InterfaceMac(Base):
    """A MAC address registered for a connection, lower case with colons."""

    __tablename__ = "interface_mac"
    __table_args__ = (UniqueConstraint("interface_id", "mac"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interface_id: Mapped[int] = mapped_column(ForeignKey("vlan_interface.id", ondelete="CASCADE"))
    mac: Mapped[str] = mapped_column(String(17))
