"""how far the streams of the newest connection have come"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("connection_middle", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("low_position", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("high_position", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("last_sample_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.drop_column("last_sample_at")
        batch_op.drop_column("high_position")
        batch_op.drop_column("low_position")
        batch_op.drop_column("connection_middle")
