"""Logouts and their legs; what each column may hold is said in `hub/store/tables.py`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logout",
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("handle", name="pk_logout"),
    )
    op.create_index("ix_logout_started_at", "logout", ["started_at"])
    op.create_table(
        "logout_leg",
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("name_id", sa.Text(), nullable=False),
        sa.Column("name_id_format", sa.Text(), nullable=False),
        sa.Column("session_index", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["handle"], ["logout.handle"], name="fk_logout_leg_handle"),
        sa.PrimaryKeyConstraint("handle", "number", name="pk_logout_leg"),
        sa.UniqueConstraint("request_id", name="uq_logout_leg_request_id"),
    )
    op.create_index("ix_logout_leg_session_id", "logout_leg", ["session_id"])
