"""Staff of the registry, owners of service providers, rejections, and wishes to go back."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("sp_ident", sa.Column("owner", sa.String(16), nullable=True))
    op.create_index("ix_sp_ident_owner", "sp_ident", ["owner"])
    op.add_column("change", sa.Column("rejected_by", sa.String(128), nullable=True))
    op.add_column("change", sa.Column("rejected_at", MOMENT, nullable=True))
    op.add_column("change", sa.Column("reason", sa.Text(), nullable=True))
    op.create_table(
        "staff_role",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(16), nullable=True),
        sa.Column("granted_by", sa.String(128), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("revoked_by", sa.String(128), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_staff_role"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_role_person_id", "staff_role", ["person_id"])
    op.create_table(
        "snapshot_return",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(128), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["wanted"], ["snapshot.number"], name="fk_snapshot_return_wanted"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_snapshot_return"),
        sqlite_autoincrement=True,
    )
