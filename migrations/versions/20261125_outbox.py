"""threads of mails, and whose mails they are"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_reply_to", sa.Text(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_outbox_message_user_id_created_at"), ["user_id", "created_at"]
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_user_id_created_at"))
        batch_op.drop_column("in_reply_to")
