"""no index that every sample of a pair moves"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_session_vlan_id_protocol_last_seen"))
        batch_op.create_index(
            batch_op.f("ix_observed_session_vlan_id_protocol"), ["vlan_id", "protocol"]
        )

    with op.batch_alter_table("session_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_period_ended_at"))


def downgrade() -> None:
    with op.batch_alter_table("session_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_period_ended_at"), ["ended_at"])

    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_session_vlan_id_protocol"))
        batch_op.create_index(
            batch_op.f("ix_observed_session_vlan_id_protocol_last_seen"),
            ["vlan_id", "protocol", "last_seen"],
        )
