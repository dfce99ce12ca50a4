"""What reviewers look at: comments, signatures by day, and when each snapshot was in force."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index(
        "ix_inbound_message_entity_id_at", "inbound_message", ["entity_id", "at"]
    )
    op.create_table(
        "sp_certificate_day",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "entity_id", "fingerprint", "day", name="pk_sp_certificate_day"
        ),
    )
    op.create_index("ix_sp_certificate_day_day", "sp_certificate_day", ["day"])
    op.create_table(
        "sp_comment",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.String(1024), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.String(128), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["change"], ["change.number"], name="fk_sp_comment_change"),
        sa.PrimaryKeyConstraint("number", name="pk_sp_comment"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sp_comment_entity_id", "sp_comment", ["entity_id"])
    op.create_table(
        "snapshot_term",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("put_by", sa.String(128), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshot.number"], name="fk_snapshot_term_snapshot"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_snapshot_term"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_snapshot_term_since", "snapshot_term", ["since"])
    # Of what was published before, the times of publication are all that is known.
    op.execute(
        "INSERT INTO snapshot_term (snapshot, since, put_by) "
        "SELECT number, published_at, published_by FROM snapshot ORDER BY number"
    )
