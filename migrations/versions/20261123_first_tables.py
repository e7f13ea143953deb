"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_batch")),
        sa.UniqueConstraint("source", "digest", name=op.f("uq_feed_batch_source_digest")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_run_source_digest"), ["source", "digest"], unique=False
        )

    op.create_table(
        "infrastructure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("ixf_ixp_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infrastructure")),
        sa.UniqueConstraint("name", name=op.f("uq_infrastructure_name")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asn", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("organisation", sa.String(length=255), nullable=True),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=True),
        sa.Column("policy_url", sa.String(length=1024), nullable=True),
        sa.Column("website", sa.String(length=1024), nullable=True),
        sa.Column("joined_at", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("never_via_route_servers", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("asn between 1 and 4294967295", name=op.f("ck_member_asn_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_asn"), ["asn"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_contact_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "member_id", "kind", "email", name=op.f("uq_contact_member_id_kind_email")
        ),
    )
    op.create_table(
        "field_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_field_origin_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_origin")),
        sa.UniqueConstraint("member_id", "field", name=op.f("uq_field_origin_member_id_field")),
    )
    op.create_table(
        "member_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_member_source_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_source")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_member_source_source_external_id")
        ),
    )
    with op.batch_alter_table("member_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_source_member_id"), ["member_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_membership_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_membership_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "member_id", name=op.f("uq_membership_user_id_member_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_member_id"), ["member_id"], unique=False)

    op.create_table(
        "peer_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=True),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mark in ('peered', 'rejected')", name=op.f("ck_peer_relation_mark")),
        sa.CheckConstraint("member_id <> peer_id", name=op.f("ck_peer_relation_two_members")),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["user_account.id"], name=op.f("fk_peer_relation_marked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_peer_relation_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["peer_id"],
            ["member.id"],
            name=op.f("fk_peer_relation_peer_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_relation")),
        sa.UniqueConstraint(
            "member_id", "peer_id", name=op.f("uq_peer_relation_member_id_peer_id")
        ),
    )
    with op.batch_alter_table("peer_relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_relation_peer_id"), ["peer_id"], unique=False)

    op.create_table(
        "vlan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("infrastructure_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=True),
        sa.Column("ixf_vlan_id", sa.Integer(), nullable=True),
        sa.Column("peering_manager", sa.Boolean(), nullable=False),
        sa.Column("peering_matrix", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("tag between 1 and 4094", name=op.f("ck_vlan_tag_range")),
        sa.ForeignKeyConstraint(
            ["infrastructure_id"],
            ["infrastructure.id"],
            name=op.f("fk_vlan_infrastructure_id_infrastructure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vlan")),
        sa.UniqueConstraint(
            "infrastructure_id", "ixf_vlan_id", name=op.f("uq_vlan_infrastructure_id_ixf_vlan_id")
        ),
        sa.UniqueConstraint(
            "infrastructure_id", "name", name=op.f("uq_vlan_infrastructure_id_name")
        ),
        sa.UniqueConstraint("infrastructure_id", "tag", name=op.f("uq_vlan_infrastructure_id_tag")),
    )
    op.create_table(
        "vlan_interface",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_vlan_interface_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_vlan_interface_vlan_id_vlan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vlan_interface")),
    )
    with op.batch_alter_table("vlan_interface", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vlan_interface_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_vlan_interface_vlan_id_member_id"),
            ["vlan_id", "member_id"],
            unique=False,
        )

    op.create_table(
        "vlan_prefix",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(length=43), nullable=False),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_vlan_prefix_vlan_id_vlan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vlan_prefix")),
        sa.UniqueConstraint(
            "vlan_id", "protocol", "prefix", name=op.f("uq_vlan_prefix_vlan_id_protocol_prefix")
        ),
    )
    op.create_table(
        "interface_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interface_id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=39), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("rs_client", sa.Boolean(), nullable=False),
        sa.Column("max_prefix", sa.Integer(), nullable=True),
        sa.Column("as_set", sa.String(length=255), nullable=True),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("protocol in (4, 6)", name=op.f("ck_interface_address_protocol")),
        sa.ForeignKeyConstraint(
            ["interface_id"],
            ["vlan_interface.id"],
            name=op.f("fk_interface_address_interface_id_vlan_interface"),
        ),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_interface_address_vlan_id_vlan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interface_address")),
    )
    with op.batch_alter_table("interface_address", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interface_address_interface_id"), ["interface_id"], unique=False
        )
        batch_op.create_index(
            "uq_interface_address_live",
            ["vlan_id", "address"],
            unique=True,
            sqlite_where=sa.text("until_at is null"),
            postgresql_where=sa.text("until_at is null"),
        )

    op.create_table(
        "interface_mac",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interface_id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=17), nullable=False),
        sa.ForeignKeyConstraint(
            ["interface_id"],
            ["vlan_interface.id"],
            name=op.f("fk_interface_mac_interface_id_vlan_interface"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interface_mac")),
        sa.UniqueConstraint("interface_id", "mac", name=op.f("uq_interface_mac_interface_id_mac")),
    )
    op.create_table(
        "observed_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_address_id", sa.Integer(), nullable=False),
        sa.Column("high_address_id", sa.Integer(), nullable=False),
        sa.Column("vlan_id", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=True),
        sa.Column("last_seen", sa.DateTime(), nullable=True),
        sa.Column("last_confirmed", sa.DateTime(), nullable=True),
        sa.Column("last_clean", sa.DateTime(), nullable=True),
        sa.Column("low_port", sa.Integer(), nullable=True),
        sa.Column("high_port", sa.Integer(), nullable=True),
        sa.Column("connection_first", sa.DateTime(), nullable=True),
        sa.Column("connection_middle", sa.DateTime(), nullable=True),
        sa.Column("connection_last", sa.DateTime(), nullable=True),
        sa.Column("low_position", sa.BigInteger(), nullable=True),
        sa.Column("high_position", sa.BigInteger(), nullable=True),
        sa.Column("last_sample_at", sa.DateTime(), nullable=True),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(), nullable=True),
        sa.Column("attempt_from", sa.String(length=4), nullable=True),
        sa.CheckConstraint(
            "low_address_id <> high_address_id", name=op.f("ck_observed_session_two_ends")
        ),
        sa.ForeignKeyConstraint(
            ["high_address_id"],
            ["interface_address.id"],
            name=op.f("fk_observed_session_high_address_id_interface_address"),
        ),
        sa.ForeignKeyConstraint(
            ["low_address_id"],
            ["interface_address.id"],
            name=op.f("fk_observed_session_low_address_id_interface_address"),
        ),
        sa.ForeignKeyConstraint(
            ["vlan_id"], ["vlan.id"], name=op.f("fk_observed_session_vlan_id_vlan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observed_session")),
        sa.UniqueConstraint(
            "low_address_id",
            "high_address_id",
            name=op.f("uq_observed_session_low_address_id_high_address_id"),
        ),
    )
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observed_session_high_address_id"), ["high_address_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_observed_session_vlan_id_protocol_last_seen"),
            ["vlan_id", "protocol", "last_seen"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("observed_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_session_vlan_id_protocol_last_seen"))
        batch_op.drop_index(batch_op.f("ix_observed_session_high_address_id"))

    op.drop_table("observed_session")
    op.drop_table("interface_mac")
    with op.batch_alter_table("interface_address", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_interface_address_live",
            sqlite_where=sa.text("until_at is null"),
            postgresql_where=sa.text("until_at is null"),
        )
        batch_op.drop_index(batch_op.f("ix_interface_address_interface_id"))

    op.drop_table("interface_address")
    op.drop_table("vlan_prefix")
    with op.batch_alter_table("vlan_interface", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vlan_interface_vlan_id_member_id"))
        batch_op.drop_index(batch_op.f("ix_vlan_interface_member_id"))

    op.drop_table("vlan_interface")
    op.drop_table("vlan")
    with op.batch_alter_table("peer_relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_relation_peer_id"))

    op.drop_table("peer_relation")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_member_id"))

    op.drop_table("membership")
    with op.batch_alter_table("member_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_source_member_id"))

    op.drop_table("member_source")
    op.drop_table("field_origin")
    op.drop_table("contact")
    op.drop_table("user_account")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_asn"))

    op.drop_table("member")
    op.drop_table("infrastructure")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_source_digest"))

    op.drop_table("import_run")
    op.drop_table("feed_batch")
