"""losses by day, two times of sampling per port, when a collector dropped last, counted days"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WATCHES = "watch_hour", "watch_day"
COUNTS = "heard", "lost"
BEFORE = "sequences_before", "pool_before"
MOMENTS = "dropped_at", "left_out_at"
SENT = "(a.datagrams + a.missed)"


def upgrade() -> None:
    for table in WATCHES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in COUNTS:
                batch_op.add_column(
                    sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
                )
        # What was lost so far is known of all the time together: as if evenly, of a thousand.
        for name, share in (("heard", "a.datagrams"), ("lost", "a.missed")):
            op.execute(
                f"update {table} set {name} = coalesce((select 1000 * {share} / {SENT} from agent a"
                f" where a.id = {table}.agent_id and {SENT} > 0), 0)"
            )
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in COUNTS:
                batch_op.alter_column(name, existing_type=sa.BigInteger(), server_default=None)
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("samples", sa.BigInteger(), nullable=True))
    op.execute(
        "update watch_day set samples = coalesce((select sum(h.samples) from watch_hour h where"
        " h.vlan_id = watch_day.vlan_id and h.agent_id = watch_day.agent_id"
        " and date(h.hour) = watch_day.day), 0)"
    )
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.alter_column("samples", existing_type=sa.BigInteger(), nullable=False)
    op.execute(
        "update watch_day set rate_max = rate_max * (heard + lost) / heard"
        " where heard > 0 and lost > 0"
    )
    with op.batch_alter_table("agent_port", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
        for name in BEFORE:
            batch_op.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute(
        "update agent_port set since = date(last_at), sequences_before = 0, pool_before = 0"
    )
    with op.batch_alter_table("agent_port", schema=None) as batch_op:
        batch_op.alter_column("since", existing_type=sa.Date(), nullable=False)
        for name in BEFORE:
            batch_op.alter_column(name, existing_type=sa.BigInteger(), nullable=False)
    with op.batch_alter_table("collector", schema=None) as batch_op:
        for name in MOMENTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(), nullable=True))
    op.create_table(
        "confirmed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_day")),
        sa.UniqueConstraint("day", name=op.f("uq_confirmed_day_day")),
    )


def downgrade() -> None:
    op.drop_table("confirmed_day")
    with op.batch_alter_table("collector", schema=None) as batch_op:
        for name in MOMENTS:
            batch_op.drop_column(name)
    with op.batch_alter_table("agent_port", schema=None) as batch_op:
        for name in ("since", *BEFORE):
            batch_op.drop_column(name)
    for table, names in zip(WATCHES, (COUNTS, (*COUNTS, "samples")), strict=True):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.drop_column(name)
