"""reasons and last days of marks"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("peer_relation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark_reason", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("mark_until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("peer_relation", schema=None) as batch_op:
        batch_op.drop_column("mark_until")
        batch_op.drop_column("mark_reason")
