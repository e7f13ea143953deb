"""leaving the peering matrix, and how dense it was"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("matrix_opt_out", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.alter_column("matrix_opt_out", server_default=None)
    op.create_table(
        "matrix_density",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("route_server", sa.Integer(), nullable=False),
        sa.Column("bilateral", sa.Integer(), nullable=False),
        sa.Column("both", sa.Integer(), nullable=False),
        sa.CheckConstraint("protocol in (4, 6)", name=op.f("ck_matrix_density_protocol")),
        sa.ForeignKeyConstraint(
            ["vlan_id"],
            ["vlan.id"],
            name=op.f("fk_matrix_density_vlan_id_vlan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_density")),
        sa.UniqueConstraint(
            "vlan_id", "protocol", "week", name=op.f("uq_matrix_density_vlan_id_protocol_week")
        ),
    )


def downgrade() -> None:
    op.drop_table("matrix_density")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("matrix_opt_out")
