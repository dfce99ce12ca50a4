"""Cases of the help desk, and what waits there for a second colleague."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support_case",
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_support_case_person_id")
        ),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_support_case")),
    )
    op.create_index(op.f("ix_support_case_until"), "support_case", ["until"])
    op.create_table(
        "support_wish",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("wished_by", sa.Text(), nullable=False),
        sa.Column("wished_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_support_wish_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_wish")),
        sa.UniqueConstraint("person_id", "act", name=op.f("uq_support_wish_person_id_act")),
    )
    op.create_index(op.f("ix_support_wish_until"), "support_wish", ["until"])
