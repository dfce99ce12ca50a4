"""How messages to webhooks fared, and when a webhook's secret was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Those of the form before hold another kind of secret, and are made anew.
    op.execute("DELETE FROM care_hook")
    with op.batch_alter_table("care_hook") as table:
        table.add_column(sa.Column("renewed_at", MOMENT, nullable=False))
    op.create_table(
        "care_hook_call",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("hook", sa.String(32), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("gives_up_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(32), nullable=True),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("again_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_care_hook_call"),
    )
    op.create_index("ix_care_hook_call_hook", "care_hook_call", ["hook"])
