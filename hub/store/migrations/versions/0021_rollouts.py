"""Rollouts, what manifests say of them, and the logins that show how they go."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("staged", sa.Text(), nullable=True))
    op.create_table(
        "rollout",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.String(1024), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(128), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["change"], ["change.number"], name="fk_rollout_change"),
        sa.PrimaryKeyConstraint("number", name="pk_rollout"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_rollout_open",
        "rollout",
        ["entity_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "staged_login",
        sa.Column("id", COUNTED, nullable=False),
        sa.Column("rollout", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staged_login"),
    )
    for columns in (
        ["rollout"],
        ["at"],
        ["entity_id", "session_id"],
        ["entity_id", "browser", "at"],
    ):
        op.create_index(f"ix_staged_login_{'_'.join(columns)}", "staged_login", columns)
