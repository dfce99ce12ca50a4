"""Notices printed as letters, and letters whose codes died on the way to the printer."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default="pins")
    op.add_column("letter_order", kind)
    op.add_column("letter_order", sa.Column("listed_in", sa.Text(), nullable=True))
    op.create_index(op.f("ix_letter_order_listed_in"), "letter_order", ["listed_in"])
