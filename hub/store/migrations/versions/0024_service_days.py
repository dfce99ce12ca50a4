"""What is counted of each service by day; the logins of before are read from the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

DAY = {
    "sqlite": "date(at / 1000000, 'unixepoch')",
    "postgresql": "to_char(to_timestamp(at / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}


def upgrade() -> None:
    op.create_table(
        "service_day",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "day", "what", "label", name="pk_service_day"),
    )
    op.create_index("ix_service_day_day", "service_day", ["day"])
    op.create_table(
        "service_clock",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", name="pk_service_clock"),
    )
    day = DAY[op.get_bind().dialect.name]
    op.execute(
        "INSERT INTO service_day (entity_id, day, what, label, count) "
        f"SELECT entity_id, {day}, 'login', '', count(*) FROM audit "
        f"WHERE event = 'answered' AND entity_id IS NOT NULL GROUP BY entity_id, {day}"
    )
