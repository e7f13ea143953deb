"""troubles of feeds ranked by their last day; no best rate of a day, which nothing read"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNTS = {"feed_fault": "day_datagrams", "stray_address": "day_samples"}


def upgrade() -> None:
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.drop_column("rate_min")
    for table, count in COUNTS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))
            batch_op.add_column(sa.Column(count, sa.BigInteger(), nullable=True))
        op.execute(f"update {table} set day = date(last_at), {count} = 0")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("day", existing_type=sa.Date(), nullable=False)
            batch_op.alter_column(count, existing_type=sa.BigInteger(), nullable=False)


def downgrade() -> None:
    for table, count in COUNTS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(count)
            batch_op.drop_column("day")
    with op.batch_alter_table("watch_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rate_min", sa.Double(), nullable=True))
