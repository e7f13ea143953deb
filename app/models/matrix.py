"""How dense the peering matrix was, week by week."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class MatrixDensity(Base):
    """Pairs of members of a VLAN and protocol in one week, and how many had which link.

    Members who left the matrix are not counted.
    """

    __tablename__ = "matrix_density"
    __table_args__ = (
        UniqueConstraint("vlan_id", "protocol", "week"),
        CheckConstraint("protocol in (4, 6)", name="protocol"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[date]  # its Monday
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    protocol: Mapped[int]
    pairs: Mapped[int]
    route_server: Mapped[int]
    bilateral: Mapped[int]
    both: Mapped[int]
