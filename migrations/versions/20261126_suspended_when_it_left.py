"""whether a member was suspended when it left"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "left_suspended", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.alter_column("left_suspended", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("left_suspended")
