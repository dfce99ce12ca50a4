"""Who uploaded a logo, and whether a version has named it: what nobody proposed can go."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NAMED_BEFORE = (
    "UPDATE sp_logo SET named_at = kept_at WHERE EXISTS (SELECT 1 FROM entity_version"
    " WHERE entity_version.content LIKE '%' || sp_logo.hash || '%')"
)


def upgrade() -> None:
    op.add_column("sp_logo", sa.Column("organisation", sa.String(16), nullable=True))
    op.add_column("sp_logo", sa.Column("named_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(NAMED_BEFORE)
