"""Who asks somebody into a visit is known until they have answered, also after a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds a column; everybody who takes part until now has agreed."""
    op.add_column("visit_participant", sa.Column("invited_by", sa.String(length=32), nullable=True))
