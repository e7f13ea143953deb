"""days of watching, summed up from their hours"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("first_hour", sa.DateTime(), nullable=False),
        sa.Column("last_hour", sa.DateTime(), nullable=False),
        sa.Column("rate_max", sa.Double(), nullable=True),
        sa.Column("rate_min", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agent.id"],
            name=op.f("fk_watch_day_agent_id_agent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_watch_day_vlan_id_vlan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_day")),
        sa.UniqueConstraint(
            "vlan_id", "agent_id", "day", name=op.f("uq_watch_day_vlan_id_agent_id_day")
        ),
    )
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_day_day"), ["day"], unique=False)

    op.execute(
        "insert into watch_day (vlan_id, agent_id, day, seconds, first_hour, last_hour, rate_max,"
        " rate_min) select vlan_id, agent_id, date(hour), sum(seconds), min(hour), max(hour),"
        " max(effective_rate), min(effective_rate) from watch_hour"
        " group by vlan_id, agent_id, date(hour)"
    )


def downgrade() -> None:
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_day_day"))

    op.drop_table("watch_day")
