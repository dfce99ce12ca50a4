"""Decisions of the registry that no publication has taken yet."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unpublished",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entity_id", sa.String(1024), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_unpublished"),
        sqlite_autoincrement=True,
    )
