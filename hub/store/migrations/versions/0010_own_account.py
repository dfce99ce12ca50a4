"""What people do with their own account: acts that wait, orders of letters, contact data."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column("needs_new_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("person", sa.Column("contact_confirmed_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE person SET contact_confirmed_at = changed_at")
    op.create_table(
        "waiting_act",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_waiting_act_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "what", name=op.f("pk_waiting_act")),
    )
    op.create_index(op.f("ix_waiting_act_due_at"), "waiting_act", ["due_at"])
    op.create_index(op.f("ix_waiting_act_until"), "waiting_act", ["until"])
    op.create_table(
        "letter_order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_order_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_order")),
    )
    op.create_index(op.f("ix_letter_order_person_id"), "letter_order", ["person_id"])
    op.create_index(
        op.f("ix_letter_order_state_ordered_at"), "letter_order", ["state", "ordered_at"]
    )
