"""Organisations, invitations, whose shell is whose, last logins; and what staff did, by index."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BY_OF = {"sqlite": "json_extract(details, '$.by')", "postgresql": "details::json->>'by'"}


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("added_by", sa.String(128), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_organisation"),
    )
    op.create_table(
        "staff_invitation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=True),
        sa.Column("person_id", sa.String(64), nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(16), nullable=True),
        sa.Column("invited_by", sa.String(128), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(128), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_staff_invitation"),
        sa.UniqueConstraint("secret_hash", name="uq_staff_invitation_secret_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_invitation_person_id", "staff_invitation", ["person_id"])
    op.create_table(
        "staff_shell",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shell_user", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("bound_by", sa.String(128), nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_staff_shell"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_shell_shell_user", "staff_shell", ["shell_user"])
    op.create_table(
        "staff_visit",
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("login_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_staff_visit"),
    )
    find_what_staff_did()


def find_what_staff_did() -> None:
    op.add_column("audit", sa.Column("done_by", sa.Text(), nullable=True))
    by = BY_OF[op.get_bind().dialect.name]
    op.execute(f"UPDATE audit SET done_by = {by} WHERE details LIKE '%\"by\": %'")
    there = sa.text("done_by IS NOT NULL")
    op.create_index(
        "ix_audit_done_by_at", "audit", ["at"], sqlite_where=there, postgresql_where=there
    )
