"""what the collector knows of its feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("sub_agent", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(length=45), nullable=True),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("datagrams", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("bgp_samples", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.BigInteger(), nullable=False),
        sa.Column("restarts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("address", "sub_agent", name=op.f("uq_agent_address_sub_agent")),
    )
    op.create_table(
        "collector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("listen", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.Column("flush_seconds", sa.Integer(), nullable=False),
        sa.Column("buffer_octets", sa.BigInteger(), nullable=False),
        sa.Column("datagrams", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.BigInteger(), nullable=False),
        sa.Column("kernel_drops", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("not_kept", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collector")),
        sa.UniqueConstraint("host", "listen", name=op.f("uq_collector_host_listen")),
    )
    op.create_table(
        "feed_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=45), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("datagrams", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_fault")),
        sa.UniqueConstraint("sender", "kind", name=op.f("uq_feed_fault_sender_kind")),
    )
    op.create_table(
        "stray_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(length=45), nullable=True),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_address")),
        sa.UniqueConstraint("address", "reason", name=op.f("uq_stray_address_address_reason")),
    )
    with op.batch_alter_table("stray_address", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stray_address_reason_samples"), ["reason", "samples"], unique=False
        )

    op.create_table(
        "agent_port",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("sequences", sa.BigInteger(), nullable=False),
        sa.Column("pool", sa.BigInteger(), nullable=False),
        sa.Column("drops", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agent.id"],
            name=op.f("fk_agent_port_agent_id_agent"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_port")),
        sa.UniqueConstraint("agent_id", "port", name=op.f("uq_agent_port_agent_id_port")),
    )
    op.create_table(
        "watch_hour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("effective_rate", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agent.id"],
            name=op.f("fk_watch_hour_agent_id_agent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_watch_hour_vlan_id_vlan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_hour")),
        sa.UniqueConstraint(
            "vlan_id", "agent_id", "hour", name=op.f("uq_watch_hour_vlan_id_agent_id_hour")
        ),
    )
    with op.batch_alter_table("watch_hour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_hour_hour"), ["hour"], unique=False)

    op.create_table(
        "sampling_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["interface_address.id"],
            name=op.f("fk_sampling_point_address_id_interface_address"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["port_id"],
            ["agent_port.id"],
            name=op.f("fk_sampling_point_port_id_agent_port"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_point")),
        sa.UniqueConstraint(
            "address_id", "port_id", name=op.f("uq_sampling_point_address_id_port_id")
        ),
    )
    with op.batch_alter_table("sampling_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sampling_point_port_id"), ["port_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sampling_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sampling_point_port_id"))

    op.drop_table("sampling_point")
    with op.batch_alter_table("watch_hour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_hour_hour"))

    op.drop_table("watch_hour")
    op.drop_table("agent_port")
    with op.batch_alter_table("stray_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stray_address_reason_samples"))

    op.drop_table("stray_address")
    op.drop_table("feed_fault")
    op.drop_table("collector")
    op.drop_table("agent")
