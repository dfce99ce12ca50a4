"""Held logins whose person asked for more time."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flow", sa.Column("extended_at", sa.BigInteger(), nullable=True))
