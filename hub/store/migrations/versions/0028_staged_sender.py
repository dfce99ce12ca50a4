"""Whom a login under a staged version counts for."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staged_login", sa.Column("sender", sa.Text(), nullable=True))
