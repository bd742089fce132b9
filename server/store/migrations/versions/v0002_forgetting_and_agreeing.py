"""What failed at sign-in outlives the process; old events are found; who is asked may say no."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds a table, a column and an index; whoever takes part already has agreed."""
    op.create_table(
        "sign_in_failure",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Double(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("forgotten_at_s", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pair', 'account', 'address')", name=op.f("ck_sign_in_failure_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_sign_in_failure")),
    )
    op.add_column("visit_participant", sa.Column("agreed_at_s", sa.Double(), nullable=True))
    op.execute("UPDATE visit_participant SET agreed_at_s = invited_at_s")
    op.create_index("ix_event_at_s", "event", ["at_s"])
