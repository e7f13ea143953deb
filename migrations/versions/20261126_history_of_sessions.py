"""history of sessions, and reports that one is shown wrongly"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("packets", sa.Double(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_calibration_vlan_id_vlan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sa.UniqueConstraint("vlan_id", name=op.f("uq_calibration_vlan_id")),
    )
    op.create_table(
        "wrong_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("own_address_id", sa.Integer(), nullable=False),
        sa.Column("peer_address_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=True),
        sa.Column("claim", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("shown", sa.String(length=20), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_wrong_report_closed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_wrong_report_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["own_address_id"],
            ["interface_address.id"],
            name=op.f("fk_wrong_report_own_address_id_interface_address"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["peer_address_id"],
            ["interface_address.id"],
            name=op.f("fk_wrong_report_peer_address_id_interface_address"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["peer_id"],
            ["member.id"],
            name=op.f("fk_wrong_report_peer_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["user_account.id"],
            name=op.f("fk_wrong_report_reported_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_report")),
    )
    with op.batch_alter_table("wrong_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_report_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_wrong_report_member_id"), ["member_id"], unique=False)

    op.create_table(
        "session_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["observed_session.id"],
            name=op.f("fk_session_period_session_id_observed_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_period")),
        sa.UniqueConstraint(
            "session_id", "started_at", name=op.f("uq_session_period_session_id_started_at")
        ),
    )
    with op.batch_alter_table("session_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_period_ended_at"), ["ended_at"], unique=False)

    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("period_start", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("period_samples", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("stale_at", sa.DateTime(), nullable=True))

    # What was seen until now is one period each, as far as anybody can still tell.
    op.execute(
        "update observed_session set period_start = first_seen, period_samples = samples"
        " where grade > 1"
    )
    op.execute(
        "insert into session_period (session_id, started_at, ended_at, grade, samples)"
        " select id, first_seen, last_seen, grade, samples from observed_session"
        " where grade > 1 and first_seen is not null and last_seen is not null"
    )


def downgrade() -> None:
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.drop_column("stale_at")
        batch_op.drop_column("period_samples")
        batch_op.drop_column("period_start")

    with op.batch_alter_table("session_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_period_ended_at"))

    op.drop_table("session_period")
    with op.batch_alter_table("wrong_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wrong_report_member_id"))
        batch_op.drop_index(batch_op.f("ix_wrong_report_closed_at"))

    op.drop_table("wrong_report")
    op.drop_table("calibration")
