"""How letters get from their order to the printer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("sheet_id", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
    ):
        op.add_column("letter_order", column)
    op.create_index(op.f("ix_letter_order_batch"), "letter_order", ["batch"])
